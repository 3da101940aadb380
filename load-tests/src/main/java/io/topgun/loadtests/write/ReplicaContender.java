package io.topgun.loadtests.write;

import io.topgun.loadtests.NodeProcess;
import io.topgun.loadtests.ProcessUsage;
import io.topgun.loadtests.bench.Contender;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.Sample;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The partition replicas of a node without its sockets and codec: a process of the node's classes
 * makes such batches itself and gives them over in memory. Its CPU time has that making in it.
 */
final class ReplicaContender implements Contender<WriteLoad> {
    private static final String MAIN = "io.topgun.node.lines.ReplicaMain";

    private final Process process;
    private final PrintWriter commands;
    private final BufferedReader answers;

    ReplicaContender(Path directory) throws IOException {
        List<String> arguments = List.of(directory.toString(), Integer.toString(WriteLoad.CONNECTIONS));
        process = new ProcessBuilder(NodeProcess.command(List.of(), MAIN, arguments))
                .redirectError(directory.resolveSibling("replicas.log").toFile())
                .start();
        commands = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
        answers = process.inputReader(StandardCharsets.UTF_8);
        answer("ready");
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
    public boolean takes(WriteLoad load) {
        return load.pace() == WriteLoad.Pace.CLOSED;
    }

    @Override
    public Sample run(WriteLoad load, Duration time) throws IOException {
        ProcessUsage before = ProcessUsage.of(process.pid());
        commands.println("run " + load.opsPerFrame() + " " + time.toMillis());
        String[] done = answer("done");
        double ops = Double.parseDouble(done[1]);
        return Sample.empty()
                .with(Metric.RATE, ops / Double.parseDouble(done[2]))
                .with(Metric.P50, Double.parseDouble(done[3]) / 1e3)
                .with(Metric.P99, Double.parseDouble(done[4]) / 1e3)
                .with(before, ProcessUsage.of(process.pid()), ops);
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
