package io.topgun.loadtests.fanout;

import io.topgun.loadtests.ProcessUsage;
import io.topgun.loadtests.bench.Contender;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.Sample;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Puts a broadcaster under load. Each number of subscribers is a group of its own, which stays connected. */
final class FanoutContender implements Contender<FanoutLoad> {
    private static final int ALL_MAY_WAIT = 512;

    private final Broadcaster broadcaster;
    private final Map<Integer, Member> members = new HashMap<>();

    private record Member(Group group, Broadcaster.Publisher publisher) {}

    FanoutContender(Broadcaster broadcaster) {
        this.broadcaster = broadcaster;
    }

    @Override
    public Sample run(FanoutLoad load, Duration time) throws IOException, InterruptedException {
        Member member = member(load.subscribers());
        ProcessUsage before = broadcaster.usage();
        ProcessUsage generatorBefore = ProcessUsage.of(ProcessHandle.current().pid());
        long start = System.nanoTime();
        if (load.pace().perSecond() > 0) {
            publishAtRate(member, load.pace(), start, time);
        } else {
            publishAll(member, start + time.toNanos());
        }
        Group.Counted counted = member.group().quiesce();
        double seconds = (System.nanoTime() - start) / 1e9;
        ProcessUsage after = broadcaster.usage();
        ProcessUsage generatorAfter = ProcessUsage.of(ProcessHandle.current().pid());
        double changes = (double) Math.max(1, counted.changes());
        double frames = (double) Math.max(1, counted.frames());
        return Sample.empty()
                .with(Metric.RATE, changes / seconds)
                .with(counted.nanos())
                .with(before, after, changes)
                .with(Metric.CPU_PER_FRAME, (after.cpuMicros() - before.cpuMicros()) / frames)
                .with(Metric.GENERATOR, (generatorAfter.cpuMicros() - generatorBefore.cpuMicros()) / changes);
    }

    private Member member(int subscribers) throws IOException, InterruptedException {
        Member known = members.get(subscribers);
        if (known != null) {
            return known;
        }
        Group group = new Group("fanout-" + subscribers, subscribers);
        Member joined = new Member(group, broadcaster.join(group));
        members.put(subscribers, joined);
        return joined;
    }

    private static void publishAtRate(Member member, FanoutLoad.Pace pace, long start, Duration time)
            throws IOException, InterruptedException {
        long ticks = Math.max(1, time.toMillis() * pace.perSecond() / 1000);
        for (long tick = 0; tick < ticks; tick++) {
            long due = start + tick * 1_000_000_000 / pace.perSecond();
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            long first = member.group().number(pace.changes(), due, ALL_MAY_WAIT);
            member.publisher().publish(first, pace.changes());
        }
    }

    private static void publishAll(Member member, long end) throws IOException, InterruptedException {
        while (System.nanoTime() < end) {
            member.publisher().publish(member.group().number(1, System.nanoTime(), Group.WINDOW), 1);
        }
    }

    @Override
    public String prove() {
        long changes = 0;
        for (Member member : members.values()) {
            member.group().prove();
            changes += member.group().published();
        }
        return "every subscriber got each of " + changes + " changes to its group once";
    }

    @Override
    public void close() throws IOException {
        broadcaster.close();
    }
}
