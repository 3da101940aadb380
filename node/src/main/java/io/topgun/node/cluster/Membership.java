package io.topgun.node.cluster;

import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node's place in the cluster: how it comes in, and how it goes. */
public final class Membership {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

    private final ActorSystem<?> system;
    private final UniqueAddress self;

    public Membership(ActorSystem<?> system) {
        this.system = system;
        this.self = Cluster.get(system).selfMember().uniqueAddress();
    }

    /** This run of the node. */
    public NodeId self() {
        return new NodeId(self.address().toString(), self.longUid());
    }

    /** The address that others join, as {@code host:port}. */
    public String address() {
        return hostPort(self.address().toString());
    }

    private static String hostPort(String address) {
        return address.substring(address.indexOf('@') + 1);
    }

    /** Joins the cluster of the seeds, and from now on keeps its members with them. */
    public void join(List<String> told, Seeds seeds, Directory directory) {
        List<String> found = told.stream().flatMap(SeedNames::addresses).toList();
        List<Address> order = seeds.order(address(), found).stream()
                .map(seed -> AddressFromURIString.parse("pekko://" + system.name() + "@" + seed))
                .toList();
        Cluster.get(system).manager().tell(new JoinSeedNodes(order));
        List<String> known = order.stream().map(Address::toString).toList();
        system.systemActorOf(Islands.create(directory, known), Islands.NAME, Props.empty());
        Executor disk = system.dispatchers().lookup(DispatcherSelector.blocking());
        directory.listen(view -> disk.execute(() -> keepOthers(seeds, view)));
    }

    private static void keepOthers(Seeds seeds, ClusterView view) {
        TreeSet<String> members = new TreeSet<>();
        for (NodeInfo node : view.nodes()) {
            if (!node.id().equals(view.self())) {
                members.add(hostPort(node.id().address()));
            }
        }
        try {
            seeds.keep(members);
        } catch (RuntimeException e) {
            LOG.warn("The members are not kept for the next start: {}", e.getMessage());
        }
    }

    /** Whether this node ends because the others go on without it, or it is without a majority of them. */
    public boolean isDowned() {
        return CoordinatedShutdown.get(system)
                .getShutdownReason()
                .filter(CoordinatedShutdown.clusterDowningReason()::equals)
                .isPresent();
    }

    /** Completes when this node has ended. */
    public CompletionStage<Done> whenEnded() {
        return system.getWhenTerminated();
    }
}
