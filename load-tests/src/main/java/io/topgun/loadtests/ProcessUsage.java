package io.topgun.loadtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a process has used so far, from the kernel's books.
 *
 * @param cpuMicros user and system time of all its threads, and of its children that have ended
 * @param residentBytes memory it has now
 */
public record ProcessUsage(long cpuMicros, long residentBytes) {
    /** The kernel counts in hundredths of a second on every Linux at hand. */
    private static final long MICROS_PER_TICK = 10_000;

    private static final int UTIME = 11;
    private static final int STIME = 12;
    /** Of children that have ended and were waited for. */
    private static final int CUTIME = 13;

    private static final int CSTIME = 14;

    public static final ProcessUsage NONE = new ProcessUsage(0, 0);

    /** Reads {@code /proc/PID/stat} and {@code status}. */
    public static ProcessUsage of(long pid) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        String stat = Files.readString(process.resolve("stat"));
        // The name is in parentheses and may hold spaces: fields are counted behind it.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = Long.parseLong(fields[UTIME])
                + Long.parseLong(fields[STIME])
                + Long.parseLong(fields[CUTIME])
                + Long.parseLong(fields[CSTIME]);
        return new ProcessUsage(ticks * MICROS_PER_TICK, resident(process.resolve("status")));
    }

    /** The process and all that descend from it. */
    public static ProcessUsage ofTree(long pid) throws IOException {
        ProcessUsage usage = of(pid);
        List<ProcessHandle> children = ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::descendants)
                .toList();
        for (ProcessHandle child : children) {
            usage = usage.plus(of(child.pid()));
        }
        return usage;
    }

    /** This and another process'. */
    public ProcessUsage plus(ProcessUsage other) {
        return new ProcessUsage(cpuMicros + other.cpuMicros, residentBytes + other.residentBytes);
    }

    private static long resident(Path status) throws IOException {
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        return 0;
    }
}
