package io.topgun.loadtests.write;

import io.topgun.loadtests.NodeProcess;
import io.topgun.loadtests.ProcessUsage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The partition replicas of a node without its sockets and codec: a process of the node's classes
 * makes such batches itself and gives them over in memory. Its CPU time has that making in it.
 */
final class ReplicaLine implements Line {
    static final String NAME = "replicas";
    private static final String MAIN = "io.topgun.node.lines.ReplicaMain";

    private final Process process;
    private final PrintWriter commands;
    private final BufferedReader answers;

    ReplicaLine(Path directory) throws IOException {
        List<String> command =
                NodeProcess.command(List.of(), MAIN, List.of(directory.toString(), Integer.toString(CONNECTIONS)));
        process = new ProcessBuilder(new ArrayList<>(command))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        commands = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
        answers = process.inputReader(StandardCharsets.UTF_8);
        answer("ready");
    }

    @Override
    public String name() {
        return NAME;
    }

    /** The words behind an expected first one, which other output of the process may precede. */
    private String[] answer(String first) throws IOException {
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            String[] words = line.split(" ", -1);
            if (words[0].equals(first)) {
                return words;
            }
        }
        throw new IOException("The process of the replicas ended");
    }

    @Override
    public Sample run(int opsPerFrame, Duration time) throws IOException {
        ProcessUsage before = ProcessUsage.of(process.pid());
        commands.println("run " + opsPerFrame + " " + time.toMillis());
        String[] done = answer("done");
        ProcessUsage after = ProcessUsage.of(process.pid());
        double ops = Math.max(1, Double.parseDouble(done[1]));
        double seconds = Double.parseDouble(done[2]);
        return new Sample(
                NAME,
                opsPerFrame,
                ops / seconds,
                Double.parseDouble(done[3]),
                Double.parseDouble(done[4]),
                (after.cpuMicros() - before.cpuMicros()) / ops,
                after.residentBytes(),
                Double.parseDouble(done[5]));
    }

    @Override
    public String prove() throws IOException {
        commands.println("prove");
        String[] proof = answer("proof");
        if (!proof[1].equals(proof[2])) {
            throw new IllegalStateException("The replicas' digest is " + proof[2] + ", that of the writes " + proof[1]);
        }
        return "digest of the replicas equal to that of all acknowledged writes";
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
