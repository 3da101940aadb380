package io.topgun.loadtests.fanout;

import io.topgun.loadtests.LiveHeap;
import io.topgun.loadtests.ProcessUsage;
import io.topgun.loadtests.bench.Contender;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.Sample;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Measures what the others get before and while some do not read, then has these read on until they have everything. */
final class SlowContender implements Contender<SlowLoad> {
    private static final FanoutLoad.Pace PACE = FanoutLoad.Pace.SINGLE;
    /** Of the values that have taken the place of smaller ones, and what the heap of a node at rest varies by. */
    private static final long OTHER_GROWTH_MAX = 6 << 20;

    private final Broadcaster broadcaster;
    private final Optional<Bound> bound;
    private final SlowReaders slow;
    private final Group group;
    private final Broadcaster.Joined joined;
    private int turns;
    private long mostHeapGrowth;
    private long leastOverflows = Long.MAX_VALUE;

    /**
     * What a server in a JVM promises.
     *
     * @param heapEachMax of the live heap it keeps at most for each who does not read
     * @param overflows how often it has let go what was more than that
     */
    record Bound(long heapEachMax, Overflows overflows) {}

    @FunctionalInterface
    interface Overflows {
        long count() throws IOException;
    }

    /** With what the server promises, if anything. */
    SlowContender(Broadcaster broadcaster, SlowLoad load, Optional<Bound> bound)
            throws IOException, InterruptedException {
        this.broadcaster = broadcaster;
        this.bound = bound;
        slow = new SlowReaders(load.slow());
        group = new Group("slow-reader", load.subscribers(), slow);
        joined = broadcaster.join(group);
    }

    @Override
    public Sample run(SlowLoad load, Duration time) throws IOException, InterruptedException {
        Duration stretch = time.compareTo(SlowLoad.STRETCH_MAX) < 0 ? time : SlowLoad.STRETCH_MAX;
        double normal = publish(stretch).nanos().getValueAtPercentile(99) / 1e6;
        slow.readOn(group.published()); // they had not stopped, but are not waited for
        long heapBefore = liveHeap();
        long residentBefore = broadcaster.usage().residentBytes();
        long overflowsBefore = overflows();
        slow.stop();
        publishMissed();
        ProcessUsage before = broadcaster.usage();
        Group.Counted counted = publish(stretch);
        ProcessUsage after = broadcaster.usage();
        Sample sample = Sample.empty()
                .with(counted.nanos())
                .with(before, after, (double) counted.changes())
                .with(Metric.P99_TO_NORMAL, counted.nanos().getValueAtPercentile(99) / 1e6 / normal)
                .with(Metric.GROWTH, (after.residentBytes() - residentBefore) / 1e6);
        if (bound.isPresent()) {
            long heapGrowth = liveHeap() - heapBefore;
            assertKept(bound.get(), heapGrowth, overflows() - overflowsBefore);
            sample = sample.with(Metric.HEAP_GROWTH, heapGrowth / 1e6);
        }
        long start = System.nanoTime();
        slow.readOn(group.published());
        turns++;
        return sample.with(Metric.SECONDS, (System.nanoTime() - start) / 1e9);
    }

    private Group.Counted publish(Duration stretch) throws IOException, InterruptedException {
        PACE.publish(joined.publisher(), group, System.nanoTime(), stretch);
        return group.quiesce();
    }

    /** As fast as the others get it. */
    private void publishMissed() throws IOException, InterruptedException {
        for (int i = 0; i < SlowLoad.MISSED_BYTES / SlowLoad.MISSED_CHANGE_BYTES; i++) {
            joined.publisher()
                    .publish(group.number(1, System.nanoTime(), Group.WINDOW), 1, SlowLoad.MISSED_CHANGE_BYTES);
        }
        var unused = group.quiesce(); // not of the time that counts
    }

    private long liveHeap() throws IOException, InterruptedException {
        return bound.isPresent() ? LiveHeap.bytes(broadcaster.pid()) : 0;
    }

    private long overflows() throws IOException {
        return bound.isPresent() ? bound.get().overflows().count() : 0;
    }

    /** What was kept for those who did not read must be within the bound, and that must have been reached. */
    private void assertKept(Bound promised, long heapGrowth, long overflows) {
        long most = slow.count() * promised.heapEachMax() + OTHER_GROWTH_MAX;
        mostHeapGrowth = Math.max(mostHeapGrowth, heapGrowth);
        if (heapGrowth > most) {
            throw new IllegalStateException("The live heap grew by " + heapGrowth + " bytes, bound " + most);
        }
        if (overflows < slow.count()) {
            throw new IllegalStateException(
                    "Outboxes overflowed " + overflows + " times, " + slow.count() + " did not read");
        }
        leastOverflows = Math.min(leastOverflows, overflows);
    }

    @Override
    public String prove() throws IOException, InterruptedException {
        slow.readOn(group.published());
        group.prove();
        String others = "in " + turns + " turns " + (group.subscribers() - slow.count()) + " subscribers got each of "
                + group.published() + " changes once, " + slow.count()
                + " that had stopped have the last one of every key";
        return bound.isEmpty()
                ? others
                : others + "; the live heap grew by " + mostHeapGrowth
                        + " bytes at most while they did not read, and outboxes overflowed " + leastOverflows
                        + " times at least in each turn";
    }

    @Override
    public void close() throws IOException {
        joined.close();
        broadcaster.close();
    }
}
