package io.topgun.node.cluster;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;

/** The directory of a cluster's nodes: what each tells of itself is spread by Distributed Data and joined with the membership. */
public final class DistributedDirectory implements Directory {
    private final List<Consumer<ClusterView>> listeners = new CopyOnWriteArrayList<>();
    private final ActorRef<DirectoryKeeper.Command> keeper;
    private volatile Known known;

    /** What is known at one time. */
    private record Known(ClusterView view, Map<NodeId, Told> told) {}

    private DistributedDirectory(ActorSystem<?> system, NodeInfo self) {
        Members alone = new Members(Told.of(self));
        known = new Known(alone.view(), alone.known());
        keeper = system.systemActorOf(DirectoryKeeper.create(alone, this::publish), "directory", Props.empty());
    }

    /** The directory as a node sees it that is about to join. */
    public static DistributedDirectory start(ActorSystem<?> system, NodeInfo self) {
        return new DistributedDirectory(system, self);
    }

    /** Called by the keeper only, one call at a time. */
    private void publish(Members members) {
        ClusterView before = known.view();
        known = new Known(members.view(), members.known());
        if (!known.view().equals(before)) {
            listeners.forEach(listener -> listener.accept(known.view()));
        }
    }

    @Override
    public ClusterView view() {
        return known.view();
    }

    @Override
    public void listen(Consumer<ClusterView> listener) {
        keeper.tell(new DirectoryKeeper.Run(() -> {
            listeners.add(listener);
            listener.accept(known.view());
        }));
    }

    @Override
    public void report(int partition, ReplicaState state) {
        keeper.tell(new DirectoryKeeper.Tell(self -> self.with(partition, state)));
    }

    /** Tells the cluster under which address clients reach this node, and what it has on its disk. */
    public void tell(String url, Set<Integer> stored) {
        keeper.tell(new DirectoryKeeper.Tell(self -> {
            Told told = self.with(url);
            for (int partition : stored) {
                told = told.with(partition, ReplicaState.STORED);
            }
            return told;
        }));
    }

    /** Tells the cluster which slot of a partition runs on this node. */
    public void host(int partition, int replica) {
        keeper.tell(new DirectoryKeeper.Tell(self -> self.with(partition, replica)));
    }

    /** Tells the cluster that no slot of a partition runs on this node any more. */
    public void vacate(int partition) {
        keeper.tell(new DirectoryKeeper.Tell(self -> self.with(partition, Told.NO_SLOT)));
    }

    /** Tells the cluster that this node is about to leave. */
    public void leave() {
        keeper.tell(new DirectoryKeeper.Tell(Told::leaving));
    }

    /** The number of the slot of a partition that a node runs, or is about to; -1 if it runs none. */
    public int slot(NodeInfo node, int partition) {
        Told told = known.told().get(node.id());
        return told == null ? Told.NO_SLOT : told.slot(partition);
    }
}
