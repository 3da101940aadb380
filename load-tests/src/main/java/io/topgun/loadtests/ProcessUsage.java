package io.topgun.loadtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process has used so far, from the kernel's books.
 *
 * @param cpuMicros user and system time of all its threads
 * @param residentBytes memory it has now
 */
public record ProcessUsage(long cpuMicros, long residentBytes) {
    /** The kernel counts in hundredths of a second on every Linux at hand. */
    private static final long MICROS_PER_TICK = 10_000;

    private static final int UTIME = 11;
    private static final int STIME = 12;

    /** Reads {@code /proc/PID/stat} and {@code status}. */
    public static ProcessUsage of(long pid) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        String stat = Files.readString(process.resolve("stat"));
        // The name is in parentheses and may hold spaces: fields are counted behind it.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME]);
        return new ProcessUsage(ticks * MICROS_PER_TICK, resident(process.resolve("status")));
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
