package io.topgun.loadtests.fanout;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** How one writer sends to so many subscribers. */
record FanoutLoad(int subscribers, Pace pace) {

    enum Pace {
        /** A single change, 20 times a second. */
        SINGLE("single", 1, 20),
        /** Eight changes at once, 20 times a second. */
        EIGHT("8 per tick", 8, 20),
        /** As fast as all subscribers get them, {@value Group#WINDOW} changes on their way. */
        LOADED("loaded", 1, 0);

        private final String title;
        private final int changes;
        private final int perSecond;

        Pace(String title, int changes, int perSecond) {
            this.title = title;
            this.changes = changes;
            this.perSecond = perSecond;
        }

        int changes() {
            return changes;
        }

        /** Publishes for a while at the times that are due, whether or not what came before has arrived. */
        void publish(Broadcaster.Publisher publisher, Group group, long startNanos, Duration time)
                throws IOException, InterruptedException {
            long ticks = Math.max(1, time.toMillis() * perSecond / 1000);
            for (long tick = 0; tick < ticks; tick++) {
                long due = startNanos + tick * 1_000_000_000 / perSecond;
                for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                    LockSupport.parkNanos(wait);
                }
                publisher.publish(group.number(changes, due, group.windowMax()), changes);
            }
        }

        /** Times a second; 0: as fast as it goes. */
        int perSecond() {
            return perSecond;
        }
    }

    @Override
    public String toString() {
        return subscribers + " subscribers, " + pace.title;
    }
}
