package io.topgun.node.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Level;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** Counters over all sessions of this node. */
final class SessionMetrics {
    private final MeterRegistry registry;
    private final Counter received;
    private final Map<Level, Counter> accepted = new EnumMap<>(Level.class);
    private final Counter rejected;
    private final Counter overflows;
    private final AtomicInteger open = new AtomicInteger();

    SessionMetrics(MeterRegistry registry) {
        this.registry = registry;
        received = registry.counter("topgun.operations.received");
        for (Level level : Level.values()) {
            String name = level.name().toLowerCase(Locale.ROOT);
            accepted.put(
                    level, registry.counter("topgun.operations.acknowledged", "result", "accepted", "level", name));
        }
        rejected = registry.counter("topgun.operations.acknowledged", "result", "rejected", "level", "none");
        overflows = registry.counter("topgun.outbox.overflows");
        registry.gauge("topgun.sessions", open);
    }

    void opened() {
        open.incrementAndGet();
    }

    void closed() {
        open.decrementAndGet();
    }

    void received(int operations) {
        received.increment(operations);
    }

    void acknowledged(Level level, long acceptedCount, int rejectedCount) {
        Objects.requireNonNull(accepted.get(level)).increment((double) acceptedCount);
        rejected.increment(rejectedCount);
    }

    /** What waited for a slow reader was let go. */
    void overflowed() {
        overflows.increment();
    }

    void error(ErrorCode code) {
        registry.counter("topgun.errors", "code", code.name()).increment();
    }
}
