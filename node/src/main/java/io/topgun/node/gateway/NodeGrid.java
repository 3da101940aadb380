package io.topgun.node.gateway;

import io.topgun.node.clock.NodeClock;
import io.topgun.node.cluster.Directory;
import io.topgun.node.hub.Hub;
import io.topgun.node.hub.Source;
import io.topgun.node.hub.Subscriber;
import io.topgun.node.partition.Apply;
import io.topgun.node.partition.Cursor;
import io.topgun.node.partition.LocalReplicas;
import io.topgun.node.partition.PartitionReplica;
import io.topgun.node.partition.Peers;
import io.topgun.node.partition.SharedChunk;
import io.topgun.protocol.ErrorCode;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.ActorRef;

/** The grid as a session reaches it from its node: replicas here directly, others over the network. */
public final class NodeGrid implements Grid {
    private final Ports ports;

    /**
     * What the grid is made of.
     *
     * @param writes takes the operations that no replica here does
     * @param takesWrites whether the replicas of this node do
     */
    public record Ports(
            Directory directory,
            LocalReplicas replicas,
            Peers peers,
            ActorRef<Hub.Command> hub,
            ActorRef<RemoteWrites.Command> writes,
            NodeClock clock,
            BooleanSupplier takesWrites) {}

    public NodeGrid(Ports ports) {
        this.ports = ports;
    }

    @Override
    public Optional<String> fault() {
        // By a clock that has stepped stamps are judged right still, and others can take them.
        return ports.clock().hasStepped() && !isAlone()
                ? Optional.empty()
                : ports.clock().fault();
    }

    @Override
    public void submit(int partition, Apply apply) {
        Optional<LocalReplicas.Live> here = ports.replicas().of(partition);
        if (here.isPresent() && (ports.takesWrites().getAsBoolean() || isAlone())) {
            here.get().inbox().submit(apply);
        } else if (isAlone()) {
            apply.refuse(ErrorCode.OVERLOADED, "the partition has no replica here yet");
        } else {
            ports.writes().tell(new RemoteWrites.Send(partition, apply));
        }
    }

    private boolean isAlone() {
        return ports.directory().view().nodes().size() < 2;
    }

    @Override
    public void ask(Source source, int partition, PartitionReplica.Command question) {
        if (source.ref() == 0) {
            ports.replicas()
                    .readable(partition)
                    .ifPresent(replica -> replica.ref().tell(question));
        } else {
            ports.peers().tell(source.node(), partition, question);
        }
    }

    @Override
    public boolean endsWith(Source source, int partition, long seq) {
        return source.ref() == 0
                && ports.replicas()
                        .readable(partition)
                        .filter(replica -> replica.head().is(seq))
                        .isPresent();
    }

    @Override
    public Optional<SharedChunk> recent(Source source, int partition, Set<String> maps, Cursor from) {
        return source.ref() == 0
                ? ports.replicas()
                        .readable(partition)
                        .flatMap(replica -> replica.recent().find(maps, from))
                : Optional.empty();
    }

    @Override
    public void interest(Subscriber subscriber, long subId, Set<String> maps) {
        ports.hub().tell(new Hub.Interest(subscriber, subId, maps));
    }

    @Override
    public void noInterest(Subscriber subscriber, Set<String> maps) {
        ports.hub().tell(new Hub.NoInterest(subscriber, maps));
    }
}
