package io.topgun.node.partition;

import io.topgun.node.cluster.ReplicaState;
import org.apache.pekko.actor.typed.ActorRef;

/** How a replica is known: to the sessions of its node, to its siblings and to the cluster. */
final class Presence {
    private final int partition;
    private final ReplicaPorts ports;
    private final int inboxOpsMax;
    private final ActorRef<PartitionReplica.Command> replica;
    private LocalReplicas.Live live;
    private ReplicaState told = ReplicaState.ABSENT;

    /** Of a replica that is not known yet. */
    Presence(int partition, ReplicaPorts ports, int inboxOpsMax, ActorRef<PartitionReplica.Command> replica) {
        this.partition = partition;
        this.ports = ports;
        this.inboxOpsMax = inboxOpsMax;
        this.replica = replica;
        this.live = newLive();
    }

    private LocalReplicas.Live newLive() {
        return new LocalReplicas.Live(
                new Inbox(inboxOpsMax, () -> replica.tell(new PartitionReplica.Drain())),
                replica,
                new Head(),
                new RecentChunks());
    }

    /** Its log ends with this change. Told before anybody is told of the change. */
    void reached(long seq) {
        live.head().moveTo(seq);
        live.recent().clear();
    }

    /** Somebody is told this. */
    void told(PartitionReplica.Read read, ReadReply reply) {
        live.recent().told(read, reply);
    }

    /** Where operations are left. */
    Inbox inbox() {
        return live.inbox();
    }

    /** It takes operations from now on. */
    void enter() {
        ports.replicas().register(partition, live);
    }

    /** It is this from now on. */
    void tell(ReplicaState state) {
        if (state != told) {
            told = state;
            if (state == ReplicaState.LIVE) {
                ports.replicas().live(partition, live);
            }
            ports.directory().report(partition, state);
        }
    }

    /** It takes no more operations; its siblings still reach it. */
    void handOver() {
        ports.replicas().handOver(partition, live);
        live.inbox().close();
    }

    /** It is gone, and has left this; after a journal failure it may enter anew. */
    void leave(ReplicaState left) {
        tell(left);
        ports.replicas().unregister(partition, live);
        live.inbox().close();
        live = newLive();
    }
}
