package io.topgun.loadtests.bench;

import java.io.IOException;
import java.time.Duration;

/**
 * Something that runs and can be put under the load of a scenario.
 *
 * @param <C> the scenario's cases
 */
public interface Contender<C> extends AutoCloseable {

    /** Whether a case makes sense for it. */
    default boolean takes(C ignored) {
        return true;
    }

    /** Puts it under load for a while; nothing is on its way any more when this returns. */
    Sample run(C load, Duration time) throws IOException, InterruptedException;

    /** What was compared at the end, in words; throws {@link IllegalStateException} where it is not as it must be. */
    String prove() throws IOException, InterruptedException;

    @Override
    void close() throws IOException;
}
