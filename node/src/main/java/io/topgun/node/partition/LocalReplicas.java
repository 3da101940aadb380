package io.topgun.node.partition;

import io.topgun.crdt.Partitions;
import io.topgun.node.cluster.ClusterView;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntConsumer;
import org.apache.pekko.actor.typed.ActorRef;

/** The replicas that run in this process, by partition: the way to them without an envelope or a lookup. */
public final class LocalReplicas {
    private final AtomicReferenceArray<Live> byPartition = new AtomicReferenceArray<>(Partitions.COUNT);
    private final AtomicReferenceArray<Live> readable = new AtomicReferenceArray<>(Partitions.COUNT);
    private final AtomicInteger live = new AtomicInteger();
    private final CompletableFuture<Void> allLive = new CompletableFuture<>();
    private final AtomicReferenceArray<Live> leaving = new AtomicReferenceArray<>(Partitions.COUNT);
    private final AtomicReferenceArray<List<Sibling>> told = new AtomicReferenceArray<>(Partitions.COUNT);
    private final ReplicationMetrics metrics = new ReplicationMetrics();
    private final List<IntConsumer> listeners = new CopyOnWriteArrayList<>();

    /** A running replica: its inbox for operations, its address for questions, where its log ends, and what it has told of that. */
    public record Live(Inbox inbox, ActorRef<PartitionReplica.Command> ref, Head head, RecentChunks recent) {
        /** Tells it what another node's replica or session has for it; what is sent most takes the shorter way. */
        void tell(PartitionReplica.Command command) {
            if (command instanceof Replication.Exchange exchange) {
                inbox.exchange(exchange);
            } else {
                ref.tell(command);
            }
        }
    }

    /** A replica takes operations from now on. */
    void register(int partition, Live replica) {
        told.set(partition, null);
        byPartition.set(partition, replica);
        tell(partition);
    }

    /** A registered replica answers reads from now on. */
    void live(int partition, Live replica) {
        if (readable.getAndSet(partition, replica) == null && live.incrementAndGet() == Partitions.COUNT) {
            allLive.complete(null);
        }
        tell(partition);
    }

    /** A registered replica takes no more operations, but its siblings still reach it. */
    void handOver(int partition, Live replica) {
        leaving.set(partition, replica);
        byPartition.compareAndSet(partition, replica, null);
        tell(partition);
    }

    void unregister(int partition, Live replica) {
        byPartition.compareAndSet(partition, replica, null);
        leaving.compareAndSet(partition, replica, null);
        if (readable.compareAndSet(partition, replica, null)) {
            live.decrementAndGet();
        }
        tell(partition);
    }

    private void tell(int partition) {
        listeners.forEach(listener -> listener.accept(partition));
    }

    /** Has a listener told the partitions of which {@link #of} or {@link #readable} changes, on any thread; it must not block. */
    public void listen(IntConsumer listener) {
        listeners.add(listener);
    }

    /** The running replica of a partition, if it is here: it takes operations. */
    public Optional<Live> of(int partition) {
        return Optional.ofNullable(byPartition.get(partition));
    }

    /** Tells the replicas here that have other siblings in this view than in the one before; called by one at a time. */
    public void siblingsChanged(ClusterView view) {
        Replication.SiblingsChanged changed = new Replication.SiblingsChanged(view);
        for (int partition = 0; partition < Partitions.COUNT; partition++) {
            Optional<Live> replica = reachable(partition);
            List<Sibling> siblings = Sibling.of(view, partition);
            if (replica.isPresent() && !siblings.equals(told.getAndSet(partition, siblings))) {
                replica.get().ref().tell(changed);
            }
        }
    }

    /** The replica of a partition that its siblings reach here, if there is one, though it may hand over. */
    Optional<Live> reachable(int partition) {
        return of(partition).or(() -> Optional.ofNullable(leaving.get(partition)));
    }

    /** What the replicas here tell and are told by others. */
    public ReplicationMetrics metrics() {
        return metrics;
    }

    /** The live replica of a partition, if it is here: it answers reads too. */
    public Optional<Live> readable(int partition) {
        return Optional.ofNullable(readable.get(partition));
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
