package io.topgun.node.partition;

import io.topgun.crdt.Partitions;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.pekko.actor.typed.ActorRef;

/** The replicas that are live in this process, by partition: the way to them without an envelope or a lookup. */
public final class LocalReplicas {
    private final AtomicReferenceArray<Live> byPartition = new AtomicReferenceArray<>(Partitions.COUNT);
    private final AtomicInteger live = new AtomicInteger();
    private final CompletableFuture<Void> allLive = new CompletableFuture<>();

    /** A live replica: its inbox for operations and its address for questions. */
    public record Live(Inbox inbox, ActorRef<PartitionReplica.Command> ref) {}

    void register(int partition, Live replica) {
        if (byPartition.getAndSet(partition, replica) == null && live.incrementAndGet() == Partitions.COUNT) {
            allLive.complete(null);
        }
    }

    void unregister(int partition, Live replica) {
        if (byPartition.compareAndSet(partition, replica, null)) {
            live.decrementAndGet();
        }
    }

    /** The live replica of a partition, if it is here. */
    public Optional<Live> of(int partition) {
        return Optional.ofNullable(byPartition.get(partition));
    }

    /** How many partitions have a live replica here. */
    public int liveCount() {
        return live.get();
    }

    /** Whether every partition has one. */
    public boolean areAllLive() {
        return liveCount() == Partitions.COUNT;
    }

    /** Completes when every partition has had its first. */
    public CompletionStage<Void> whenAllLive() {
        return allLive.minimalCompletionStage();
    }
}
