package io.topgun.loadtests.jmh;

import java.util.Map;
import java.util.Objects;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs one benchmark, with one set of parameters, in a JVM of its own. */
public final class Jmh {
    private Jmh() {}

    /** Mean processor time of a call in ns, of a benchmark that counts in {@link CpuTime}. */
    public static double cpuNanos(Class<?> benchmark, String method, Map<String, String> params) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(benchmark.getName() + "." + method + "$")
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true);
        params.forEach(options::param);
        try {
            RunResult run = new Runner(options.build()).runSingle();
            return counter(run, "cpuNanos") / counter(run, "calls");
        } catch (RunnerException e) {
            throw new IllegalStateException(method + " " + params, e);
        }
    }

    private static double counter(RunResult run, String name) {
        return Objects.requireNonNull(run.getSecondaryResults().get(name), name).getScore();
    }
}
