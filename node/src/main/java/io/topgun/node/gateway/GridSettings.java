package io.topgun.node.gateway;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * Settings of a node's way to replicas elsewhere.
 *
 * @param submitTimeout how long a replica has to answer operations before the next one gets them too
 * @param submitOpsMax operations on their way to other nodes at most; more are refused as overloaded
 * @param sourceGrace how long clients wait for a partition that no replica can be read of
 */
public record GridSettings(Duration submitTimeout, int submitOpsMax, Duration sourceGrace) {
    public GridSettings {
        if (!submitTimeout.isPositive() || submitOpsMax < 1 || sourceGrace.isNegative()) {
            throw new IllegalArgumentException(
                    "topgun.gateway: submit-timeout is longer than nothing, submit-ops-max 1 or more");
        }
    }

    /** The settings in the section {@code topgun.gateway}. */
    public static GridSettings of(Config gateway) {
        return new GridSettings(
                gateway.getDuration("submit-timeout"),
                gateway.getInt("submit-ops-max"),
                gateway.getDuration("source-grace"));
    }
}
