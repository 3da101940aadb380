package io.topgun.loadtests.fanout;

import io.topgun.loadtests.ProcessUsage;
import io.topgun.loadtests.bench.Contender;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.Sample;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Puts a broadcaster under load. Each number of subscribers is a group of its own, which stays connected, but for large ones: those
 * of all contenders together are more than a process may have open.
 */
final class FanoutContender implements Contender<FanoutLoad> {
    /** Subscribers of a group that stays. */
    static final int STAY_MAX = 1_000;

    private final Broadcaster broadcaster;
    private final Map<Integer, Member> members = new HashMap<>();
    private int joinedCount;
    private long proven;

    private record Member(Group group, Broadcaster.Joined joined) {}

    FanoutContender(Broadcaster broadcaster) {
        this.broadcaster = broadcaster;
    }

    @Override
    public Sample run(FanoutLoad load, Duration time) throws IOException, InterruptedException {
        Member member = member(load.subscribers());
        Sample sample = run(member, load, time);
        if (load.subscribers() > STAY_MAX) {
            members.remove(load.subscribers());
            proven += prove(member);
            member.joined().close();
        }
        return sample;
    }

    private Sample run(Member member, FanoutLoad load, Duration time) throws IOException, InterruptedException {
        ProcessUsage before = broadcaster.usage();
        ProcessUsage generatorBefore = ProcessUsage.of(ProcessHandle.current().pid());
        long start = System.nanoTime();
        if (load.pace().perSecond() > 0) {
            load.pace().publish(member.joined().publisher(), member.group(), start, time);
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
        Group group = new Group("fanout-" + subscribers + "-" + joinedCount++, subscribers);
        Member joined = new Member(group, broadcaster.join(group));
        members.put(subscribers, joined);
        return joined;
    }

    private static void publishAll(Member member, long end) throws IOException, InterruptedException {
        while (System.nanoTime() < end) {
            member.joined().publisher().publish(member.group().number(1, System.nanoTime(), Group.WINDOW), 1);
        }
    }

    @Override
    public String prove() {
        long changes = proven;
        for (Member member : members.values()) {
            changes += prove(member);
        }
        return "every subscriber got each of " + changes + " changes to its group once";
    }

    private static long prove(Member member) {
        member.group().prove();
        return member.group().published();
    }

    @Override
    public void close() throws IOException {
        for (Member member : members.values()) {
            member.joined().close();
        }
        broadcaster.close();
    }
}
