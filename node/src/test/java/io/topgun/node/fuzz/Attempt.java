package io.topgun.node.fuzz;

import com.sun.management.ThreadMXBean;
import io.topgun.protocol.ProtocolException;
import java.lang.management.ManagementFactory;

/** Gives a target some bytes: they are read or refused, in memory that follows their number; anything else is a fault. */
final class Attempt {
    /** Objects that a byte may become, written and read again too, and a fixed start. */
    private static final int BYTES_PER_BYTE = 1_000;

    private static final int BYTES_FIXED = 64 << 10;
    /** What Jazzer adds: its hooks look for what a text that no map has could be compared with. */
    private static final int BYTES_OF_HOOKS = 1 << 20;

    /** How often memory is measured: what loads classes or links call sites on its way takes more, but not each time. */
    private static final int TIMES = 5;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Attempt() {}

    /** Whether they were read. */
    static boolean isRead(Target target, byte[] bytes) {
        return isRead(target, bytes, BYTES_FIXED);
    }

    /** Whether they were read, in code with Jazzer's hooks. */
    static boolean isReadHooked(Target target, byte[] bytes) {
        return isRead(target, bytes, BYTES_OF_HOOKS);
    }

    private static boolean isRead(Target target, byte[] bytes, int bytesFixed) {
        long allowed = bytesFixed + (long) BYTES_PER_BYTE * bytes.length;
        for (int time = 0; time < TIMES; time++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            boolean read = read(target, bytes);
            if (THREADS.getCurrentThreadAllocatedBytes() - before <= allowed) {
                return read;
            }
        }
        throw new IllegalStateException("Too much memory for " + bytes.length + " bytes");
    }

    private static boolean read(Target target, byte[] bytes) {
        try {
            return target.take(bytes.clone());
        } catch (ProtocolException e) {
            return false;
        }
    }
}
