package io.topgun.node.clock;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node's wall clock, watched. */
public final class NodeClock {
    private static final Logger LOG = LoggerFactory.getLogger(NodeClock.class);

    private final LongSupplier wallMs;
    private final LongSupplier steadyMs;
    private final ClockGuard guard;
    private final AtomicLong newestMs = new AtomicLong();
    private boolean wasTrusted = true;

    /**
     * A clock that is right now.
     *
     * @param steadyMs time that passes, whatever is done to the wall clock
     */
    public NodeClock(ClockSettings settings, LongSupplier wallMs, LongSupplier steadyMs) {
        this.wallMs = wallMs;
        this.steadyMs = steadyMs;
        this.guard = new ClockGuard(settings, wallMs.getAsLong(), steadyMs.getAsLong());
    }

    /** The system's clock. */
    public static NodeClock system(ClockSettings settings) {
        return new NodeClock(settings, System::currentTimeMillis, new SteadyTime());
    }

    /** Milliseconds since 1970 to tell clients, who set their clocks by it: a step that is out of bounds does not show. */
    public long nowMs() {
        return guard.trustedMs(wallMs.getAsLong(), steadyMs.getAsLong());
    }

    /** Something of this time was written. */
    public void observe(long ms) {
        if (ms > newestMs.get()) {
            newestMs.accumulateAndGet(ms, Math::max);
        }
    }

    /** The newest time that something was written at: what is old is told by it as well, not by a clock alone that may have jumped. */
    public long newestMs() {
        return newestMs.get();
    }

    /** Why nothing may be written by this clock, in words; empty while it can be trusted. */
    public Optional<String> fault() {
        return guard.fault(wallMs.getAsLong(), steadyMs.getAsLong(), newestMs.get());
    }

    /** Whether the wall clock has stepped out of bounds: nothing may be written by it, but the time told is the right one. */
    public boolean hasStepped() {
        return guard.hasStepped(wallMs.getAsLong(), steadyMs.getAsLong());
    }

    /** Once a second: follows slow drift, and says in the log when the clock can no longer be trusted, and when it can again. */
    public synchronized void watch() {
        guard.follow(wallMs.getAsLong(), steadyMs.getAsLong());
        Optional<String> fault = fault();
        if (fault.isPresent() && wasTrusted) {
            LOG.error("This node takes no writes: {}", fault.get());
        } else if (fault.isEmpty() && !wasTrusted) {
            LOG.info("The clock is in bounds again: this node takes writes");
        }
        wasTrusted = fault.isEmpty();
    }
}
