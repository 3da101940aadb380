package io.topgun.node.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.topgun.protocol.ErrorCode;
import java.util.concurrent.atomic.AtomicInteger;

/** Counters over all sessions of this node. */
final class SessionMetrics {
    private final MeterRegistry registry;
    private final Counter received;
    private final Counter accepted;
    private final Counter rejected;
    private final AtomicInteger open = new AtomicInteger();

    SessionMetrics(MeterRegistry registry) {
        this.registry = registry;
        received = registry.counter("topgun.operations.received");
        accepted = registry.counter("topgun.operations.acknowledged", "result", "accepted", "level", "persisted");
        rejected = registry.counter("topgun.operations.acknowledged", "result", "rejected", "level", "none");
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

    void acknowledged(long acceptedCount, int rejectedCount) {
        accepted.increment((double) acceptedCount);
        rejected.increment(rejectedCount);
    }

    void error(ErrorCode code) {
        registry.counter("topgun.errors", "code", code.name()).increment();
    }
}
