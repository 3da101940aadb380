package io.topgun.node.clock;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How wrong the wall clock may be before the node takes no more writes.
 *
 * @param stepMax how far it may step, forward or back, against the time that passes
 * @param behindMax how far it may be behind the newest write there is
 */
public record ClockSettings(Duration stepMax, Duration behindMax) {
    public ClockSettings {
        if (!stepMax.isPositive() || !behindMax.isPositive()) {
            throw new IllegalArgumentException("topgun.clock: step-max and behind-max are longer than nothing");
        }
    }

    /** The settings in the section {@code topgun.clock}. */
    public static ClockSettings of(Config clock) {
        return new ClockSettings(clock.getDuration("step-max"), clock.getDuration("behind-max"));
    }
}
