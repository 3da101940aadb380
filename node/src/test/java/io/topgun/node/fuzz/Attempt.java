package io.topgun.node.fuzz;

import com.sun.management.ThreadMXBean;
import io.topgun.protocol.ProtocolException;
import java.lang.management.ManagementFactory;

/** Gives a target some bytes: they are read or refused, in memory that follows their number; anything else is a fault. */
final class Attempt {
    /** Objects that a byte may become, written and read again too, and a fixed start. */
    private static final int BYTES_PER_BYTE = 1_000;

    private static final int BYTES_FIXED = 64 << 10;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Attempt() {}

    /** Whether they were read. */
    static boolean isRead(Target target, byte[] bytes) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        boolean read = read(target, bytes);
        if (isTooMuch(before, bytes)) {
            before = THREADS.getCurrentThreadAllocatedBytes();
            read(target, bytes); // the first time may have loaded classes
            if (isTooMuch(before, bytes)) {
                throw new IllegalStateException("Too much memory for " + bytes.length + " bytes");
            }
        }
        return read;
    }

    private static boolean read(Target target, byte[] bytes) {
        try {
            return target.take(bytes.clone());
        } catch (ProtocolException e) {
            return false;
        }
    }

    private static boolean isTooMuch(long before, byte[] bytes) {
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        return allocated > BYTES_FIXED + (long) BYTES_PER_BYTE * bytes.length;
    }
}
