package io.topgun.loadtests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A script of {@code load-tests/js}, run by the Node that is on the path. */
public final class NodeScript {
    private NodeScript() {}

    /**
     * What it prints.
     *
     * @throws IOException if it fails
     */
    public static String run(String script, String... args) throws IOException, InterruptedException {
        return run(List.of("node", "--expose-gc"), script, args);
    }

    /** The same, run by another Node, or behind a command that goes before it. */
    public static String run(List<String> node, String script, String... args)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(node);
        command.add(NodeProcess.root().resolve("load-tests/js").resolve(script).toString());
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(script + " ended with " + process.exitValue());
        }
        return output;
    }
}
