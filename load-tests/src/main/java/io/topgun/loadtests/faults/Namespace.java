package io.topgun.loadtests.faults;

import io.topgun.loadtests.NodeProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** The network namespace of a run, so that addresses are free and what is cut is nobody else's. */
public final class Namespace {
    private static final String MARK = "TOPGUN_FAULTS_NAMESPACE";
    private static final List<List<String>> WAYS =
            List.of(List.of("unshare", "-n"), List.of("unshare", "-r", "-m", "-n"));

    private Namespace() {}

    static boolean isOwn() {
        return System.getenv(MARK) != null;
    }

    /** Runs a main class of this program in a namespace of its own; its exit code, or empty where there can be none or it is there already. */
    public static OptionalInt run(Class<?> main, List<String> args, PrintStream out)
            throws IOException, InterruptedException {
        for (List<String> way : isOwn() ? List.<List<String>>of() : WAYS) {
            List<String> trial = new ArrayList<>(way);
            trial.addAll(List.of("ip", "link", "set", "lo", "up"));
            if (Tool.succeeds(trial.toArray(String[]::new))) {
                return OptionalInt.of(run(command(way, main, args), out));
            }
        }
        return OptionalInt.empty();
    }

    private static List<String> command(List<String> way, Class<?> main, List<String> args) {
        List<String> command = new ArrayList<>(way);
        command.addAll(List.of("sh", "-c", "ip link set lo up && exec \"$@\"", "sh"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.add("-Dtopgun.root=" + NodeProcess.root().toAbsolutePath());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(args);
        return command;
    }

    private static int run(List<String> command, PrintStream out) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put(MARK, "own");
        Process process = builder.start();
        Thread end = new Thread(process::destroy);
        Runtime.getRuntime().addShutdownHook(end);
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.println(line);
            }
        }
        int code = process.waitFor();
        Runtime.getRuntime().removeShutdownHook(end);
        return code;
    }
}
