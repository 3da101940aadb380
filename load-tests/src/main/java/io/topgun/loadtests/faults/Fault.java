package io.topgun.loadtests.faults;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What is done to a node under load. */
public enum Fault {
    /** Ended at once, while it writes or starts. */
    KILL,
    /** Asked to stop, as by a service manager. */
    TERM,
    STOP_1,
    STOP_10,
    STOP_40,
    /** Its wall clock jumps ten minutes, and back after a while. */
    CLOCK_AHEAD,
    CLOCK_BEHIND,
    /** No space is left on its disk. */
    DISK_FULL,
    /** Every sync of a file fails. */
    SYNC_ERROR;

    /** For how long this fault stops a process; 0 if it does not. */
    int stopSeconds() {
        return switch (this) {
            case STOP_1 -> 1;
            case STOP_10 -> 10;
            case STOP_40 -> 40;
            case KILL, TERM, CLOCK_AHEAD, CLOCK_BEHIND, DISK_FULL, SYNC_ERROR -> 0;
        };
    }

    /** Why it cannot be made on this machine; empty if it can. */
    Optional<String> missing() throws InterruptedException {
        return switch (this) {
            case KILL, TERM, STOP_1, STOP_10, STOP_40 -> Optional.empty();
            case CLOCK_AHEAD, CLOCK_BEHIND -> FakeClock.missing();
            case DISK_FULL -> SmallDisk.missing();
            case SYNC_ERROR -> SyncErrors.missing();
        };
    }

    /** Reads names with commas between them. */
    public static Set<Fault> parse(String names) {
        EnumSet<Fault> faults = EnumSet.noneOf(Fault.class);
        for (String name : names.split(",", -1)) {
            faults.add(Arrays.stream(values())
                    .filter(fault -> fault.toString().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "No such fault: " + name + "; there are " + Arrays.toString(values()))));
        }
        return faults;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
