package io.topgun.loadtests.faults;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What is done to a grid under load; to one node of it, unless something else is said. */
public enum Fault {
    /** Ended at once, while it writes or starts. */
    KILL(1),
    /** Asked to stop, as by a service manager. */
    TERM(1),
    STOP_1(1),
    STOP_10(1),
    STOP_40(1),
    /** Its wall clock jumps ten minutes, and back after a while. */
    CLOCK_AHEAD(1),
    CLOCK_BEHIND(1),
    /** No space is left on its disk. */
    DISK_FULL(1),
    /** Every sync of a file fails. */
    SYNC_ERROR(1),
    /** The member with the lowest address is killed, who leads. */
    KILL_LEADER(2),
    /** One is killed, and another as soon as the first is back. */
    KILL_TWO(2),
    /** All are killed at once. */
    KILL_ALL(2),
    /** Killed, and started on an empty disk. */
    WIPE(2),
    /** All are stopped and started, one after another. */
    ROLLING(2),
    /** Nothing gets from one half of the nodes to the other. */
    HALVES(3),
    /** One can reach none of the others. */
    ISOLATED(3),
    /** The same for a minute. */
    ISOLATED_60(3),
    /** What one sends to another is lost, but not what comes back. */
    ONE_WAY(3),
    /** It is away while the others take 100,000 changes that it reads afterwards. */
    BEHIND(3),
    /** Two more nodes join, then leave. */
    SCALE(3);

    private final int nodesMin;

    Fault(int nodesMin) {
        this.nodesMin = nodesMin;
    }

    /** For how long this fault stops a process; 0 if it does not. */
    int stopSeconds() {
        return switch (this) {
            case STOP_1 -> 1;
            case STOP_10 -> 10;
            case STOP_40 -> 40;
            default -> 0;
        };
    }

    /** Why it cannot be made with so many nodes on this machine; empty if it can. */
    Optional<String> missing(int nodes) throws InterruptedException {
        if (nodes < nodesMin) {
            return Optional.of("it takes " + nodesMin + " nodes");
        }
        return switch (this) {
            case CLOCK_AHEAD, CLOCK_BEHIND -> FakeClock.missing();
            case DISK_FULL -> SmallDisk.missing();
            case SYNC_ERROR -> SyncErrors.missing();
            case HALVES, ISOLATED, ISOLATED_60, ONE_WAY, BEHIND -> Network.missing();
            default -> Optional.empty();
        };
    }

    /** All that so many nodes are enough for. */
    public static Set<Fault> of(int nodes) {
        return Arrays.stream(values()).filter(fault -> fault.nodesMin <= nodes).collect(Collectors.toSet());
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
