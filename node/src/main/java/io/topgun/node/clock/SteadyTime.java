package io.topgun.node.clock;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Time that passes, in ms from an arbitrary origin, whatever is done to the wall clock. Where the system tells how long it has been up, the
 * time that a machine was suspended counts too, which the JVM's own steady clock leaves out.
 */
final class SteadyTime implements LongSupplier {
    private static final Path UPTIME = Path.of("/proc/uptime");
    private static final long READ_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final AtomicLong readAtNanos = new AtomicLong(System.nanoTime());
    private volatile long suspendedMs = upMs() - nowMs();

    @Override
    public long getAsLong() {
        long now = System.nanoTime();
        long readAt = readAtNanos.get();
        if (now - readAt > READ_EVERY_NANOS && readAtNanos.compareAndSet(readAt, now)) {
            suspendedMs = upMs() - nowMs();
        }
        return nowMs() + suspendedMs;
    }

    private static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private static long upMs() {
        try {
            String text = Files.readString(UPTIME);
            return (long) (1000 * Double.parseDouble(text.substring(0, text.indexOf(' '))));
        } catch (IOException | RuntimeException e) {
            return nowMs(); // another system than Linux
        }
    }
}
