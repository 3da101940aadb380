package io.topgun.loadtests.bench;

import java.io.IOException;
import java.nio.file.Path;

/**
 * One who takes part in a scenario.
 *
 * @param name as in the tables
 * @param remark its version, and what its figures stand for: what is durable, what is in its CPU time
 * @param <C> the scenario's cases
 */
public record Entrant<C>(String name, String remark, Starter<C> starter) {
    /** The name of the entrant that ratios are of. */
    public static final String OURS = "topgun";

    /** Starts a contender with its data in a directory of its own. */
    @FunctionalInterface
    public interface Starter<C> {
        Contender<C> start(Path directory) throws IOException, InterruptedException, MissingPeer;
    }
}
