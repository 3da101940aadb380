package io.topgun.loadtests;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many files this process may have open; each connection is one. */
public final class OpenFiles {
    /** Of those a process may have open, those that are no connections. */
    private static final int OTHERS = 1_000;

    private static final int UNKNOWN = 1_000;

    private OpenFiles() {}

    /** Connections that this process may have. */
    public static int connectionsMax() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? (int) Math.min(Integer.MAX_VALUE, unix.getMaxFileDescriptorCount() - OTHERS)
                : UNKNOWN;
    }
}
