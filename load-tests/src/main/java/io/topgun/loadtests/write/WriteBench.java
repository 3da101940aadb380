package io.topgun.loadtests.write;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Takes the lines in turn, A B C A B C, so that what else the machine does meets all of them. */
public final class WriteBench {
    private static final List<Integer> OPS_PER_FRAME = List.of(1, 10, 32);
    private static final Duration WARM_UP = Duration.ofSeconds(15);

    private final Duration time;
    private final int rounds;

    public WriteBench(Duration time, int rounds) {
        this.time = time;
        this.rounds = rounds;
    }

    /** Measures with data in a directory and writes the report as JSON beside it on the console. */
    public void run(Path directory, Path report) throws IOException, InterruptedException {
        try (Line node = new NodeLine(directory.resolve("node"));
                Line replicas = new ReplicaLine(directory.resolve("replicas"));
                Line rocks = new RocksLine(directory.resolve("rocks"))) {
            run(List.of(node, replicas, rocks), report);
        }
    }

    private void run(List<Line> lines, Path report) throws IOException, InterruptedException {
        WriteReport result = new WriteReport(time, rounds);
        for (Line line : lines) {
            System.err.println("warming up " + line.name());
            for (int opsPerFrame : OPS_PER_FRAME) {
                line.run(opsPerFrame, WARM_UP.dividedBy(OPS_PER_FRAME.size()));
            }
        }
        List<Sample> samples = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            System.err.println("round " + (round + 1) + " of " + rounds);
            for (int opsPerFrame : OPS_PER_FRAME) {
                for (Line line : lines) {
                    samples.add(line.run(opsPerFrame, time));
                }
            }
        }
        List<String> proofs = new ArrayList<>();
        for (Line line : lines) {
            proofs.add(line.name() + ": " + line.prove());
        }
        result.print(samples, proofs, System.out);
        result.write(samples, proofs, report);
    }
}
