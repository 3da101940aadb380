package io.topgun.node.clock;

import java.util.Optional;

/**
 * Judges a wall clock by the time that passes and by what was written. Writes win by their time, so a node with a wrong clock would
 * refuse good ones, have clients stamp them anew with the wrong time, and drop tombstones too early.
 *
 * <p>It knows a clock that has changed, not one that was wrong from the start. Judging is cheap and safe for use by threads.
 */
final class ClockGuard {
    private final long stepMaxMs;
    private final long behindMaxMs;
    /** Wall clock less steady time when they were last found in step. */
    private volatile long offsetMs;

    ClockGuard(ClockSettings settings, long wallMs, long steadyMs) {
        stepMaxMs = settings.stepMax().toMillis();
        behindMaxMs = settings.behindMax().toMillis();
        offsetMs = wallMs - steadyMs;
    }

    /** What is wrong with the wall clock, in words; empty if nothing is. */
    Optional<String> fault(long wallMs, long steadyMs, long newestMs) {
        if (hasStepped(wallMs, steadyMs)) {
            return Optional.of("the clock is out of bounds: it stepped by " + step(wallMs, steadyMs) / 1000
                    + " s, more than " + stepMaxMs / 1000 + " s");
        }
        long behind = newestMs - wallMs;
        if (behind > behindMaxMs) {
            return Optional.of("the clock is out of bounds: it is " + behind / 1000
                    + " s behind the newest write, more than " + behindMaxMs / 1000 + " s");
        }
        return Optional.empty();
    }

    /** Follows a clock that drifts or is slewed; one that stepped too far is expected back where it was. */
    void follow(long wallMs, long steadyMs) {
        if (!hasStepped(wallMs, steadyMs)) {
            offsetMs = wallMs - steadyMs;
        }
    }

    /** The wall clock; while it has stepped, what it would be without that step. */
    long trustedMs(long wallMs, long steadyMs) {
        return hasStepped(wallMs, steadyMs) ? steadyMs + offsetMs : wallMs;
    }

    /** Whether it is out of bounds by a step. */
    boolean hasStepped(long wallMs, long steadyMs) {
        return Math.abs(step(wallMs, steadyMs)) > stepMaxMs;
    }

    private long step(long wallMs, long steadyMs) {
        return wallMs - steadyMs - offsetMs;
    }
}
