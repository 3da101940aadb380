package io.topgun.node.gateway;

import io.topgun.node.hub.Hub;
import io.topgun.node.hub.Subscriber;
import io.topgun.node.partition.Apply;
import io.topgun.node.partition.LocalReplicas;
import io.topgun.node.partition.PartitionReplica;
import io.topgun.protocol.ErrorCode;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;

/** The grid as a session reaches it on its own node. */
final class LocalGrid implements Grid {
    private final LocalReplicas replicas;
    private final ActorRef<Hub.Command> hub;
    private final Supplier<Optional<String>> fault;

    LocalGrid(LocalReplicas replicas, ActorRef<Hub.Command> hub, Supplier<Optional<String>> fault) {
        this.replicas = replicas;
        this.hub = hub;
        this.fault = fault;
    }

    @Override
    public Optional<String> fault() {
        return fault.get();
    }

    @Override
    public void submit(int partition, Apply apply) {
        Optional<LocalReplicas.Live> live = replicas.of(partition);
        if (live.isPresent()) {
            live.get().inbox().submit(apply);
        } else {
            apply.refuse(ErrorCode.OVERLOADED, "the partition has no replica here yet");
        }
    }

    @Override
    public boolean ask(int partition, PartitionReplica.Command question) {
        Optional<LocalReplicas.Live> live = replicas.of(partition);
        live.ifPresent(replica -> replica.ref().tell(question));
        return live.isPresent();
    }

    @Override
    public void interest(Subscriber subscriber, long subId, Set<String> maps) {
        hub.tell(new Hub.Interest(subscriber, subId, maps));
    }

    @Override
    public void noInterest(Subscriber subscriber, Set<String> maps) {
        hub.tell(new Hub.NoInterest(subscriber, maps));
    }
}
