package io.topgun.loadtests.faults;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** The faults of one trial and when they are made: the same for the same seed. */
final class Schedule {
    /** Startup, or what is left of it, that a kill may fall into. */
    private static final int STARTUP_MS = 2_500;

    private static final int DELAY_MS_MAX = 800;
    private static final int ACKNOWLEDGEMENTS_MAX = 1_000;
    /** Too short to be taken for dead, and long enough. */
    private static final int[] HOLDS_MS = {2_000, 15_000};

    private Schedule() {}

    /** When a node is killed. */
    enum Moment {
        STARTING,
        WRITING,
        ACKNOWLEDGED
    }

    /**
     * One fault.
     *
     * @param node who suffers, from 0 on
     * @param moment when a node is killed; other faults are made while it writes
     * @param acknowledgements so many writes are acknowledged before
     * @param delayMs how long it writes on, or starts, before the fault
     * @param holdMs how long it lasts, if it does not end by itself
     * @param snapshotEvery after so many events a node takes snapshots that is started by this step
     */
    record Step(
            Fault fault, int node, Moment moment, int acknowledgements, int delayMs, int holdMs, int snapshotEvery) {
        @Override
        public String toString() {
            String when = fault == Fault.KILL ? " " + moment : "";
            return "%s%s of node %d after %d acknowledgements and %d ms"
                    .formatted(fault, when, node + 1, acknowledgements, delayMs);
        }
    }

    /** Each of the faults once and kills so many times, shuffled. */
    static List<Step> shuffled(long seed, Collection<Fault> faults, int kills, int nodes) {
        List<Fault> all = new ArrayList<>(faults);
        Collections.sort(all);
        if (faults.contains(Fault.KILL)) {
            all.addAll(Collections.nCopies(kills - 1, Fault.KILL));
        }
        Random random = new Random(seed);
        Collections.shuffle(all, random);
        return steps(random, all, nodes);
    }

    /** These faults in their order; moments and the snapshots' distance go round, so that they meet. */
    static List<Step> steps(Random random, List<Fault> faults, int nodes) {
        List<Step> steps = new ArrayList<>();
        Moment[] moments = Moment.values();
        for (Fault fault : faults) {
            Moment moment = moments[steps.size() % moments.length];
            int delayMs = random.nextInt(moment == Moment.STARTING && fault == Fault.KILL ? STARTUP_MS : DELAY_MS_MAX);
            int snapshotEvery =
                    steps.size() % 4 == 0 ? 3 : 10 + random.nextInt(200); // 3: so that a kill falls into one
            int holdMs = HOLDS_MS[random.nextInt(HOLDS_MS.length)] + random.nextInt(2_000);
            int acknowledgements = 1 + random.nextInt(ACKNOWLEDGEMENTS_MAX);
            steps.add(new Step(fault, random.nextInt(nodes), moment, acknowledgements, delayMs, holdMs, snapshotEvery));
        }
        return steps;
    }
}
