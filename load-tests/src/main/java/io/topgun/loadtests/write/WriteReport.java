package io.topgun.loadtests.write;

import io.topgun.loadtests.Machine;
import io.topgun.loadtests.Medians;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A table for people and JSON for machines: medians, and ratios within a round with their range. */
final class WriteReport {
    private final Duration time;
    private final int rounds;
    private final Machine before = Machine.now();

    WriteReport(Duration time, int rounds) {
        this.time = time;
        this.rounds = rounds;
    }

    private record Row(String line, int opsPerFrame) {}

    private static Map<Row, List<Sample>> byRow(List<Sample> samples) {
        Map<Row, List<Sample>> rows = new LinkedHashMap<>();
        for (Sample sample : samples) {
            rows.computeIfAbsent(new Row(sample.line(), sample.opsPerFrame()), none -> new ArrayList<>())
                    .add(sample);
        }
        return rows;
    }

    void print(List<Sample> samples, List<String> proofs, PrintStream out) {
        out.printf(
                "durable writes, synced before the acknowledgement: %d connections, closed loop, %d rounds of %d s%n",
                Line.CONNECTIONS, rounds, time.toSeconds());
        out.printf("before: %s%nafter:  %s%n%n", before, Machine.now());
        out.println(
                "line        ops/frame      ops/s   p50 ms   p99 ms  CPU us/op  RSS MB  bytes/op  ops/s to rocksdbjni");
        Map<Row, List<Sample>> rows = byRow(samples);
        rows.forEach((row, some) -> out.printf(
                Locale.ROOT,
                "%-12s%9d%,11.0f%9.2f%9.2f%11.2f%8.0f%10.0f  %s%n",
                row.line(),
                row.opsPerFrame(),
                Medians.of(some, Sample::opsPerSecond),
                Medians.of(some, Sample::p50Micros) / 1e3,
                Medians.of(some, Sample::p99Micros) / 1e3,
                Medians.of(some, Sample::cpuMicrosPerOp),
                Medians.of(some, s -> s.residentBytes() / 1e6),
                Medians.of(some, Sample::bytesPerOp),
                Medians.ratio(
                        some,
                        rows.getOrDefault(new Row(RocksLine.NAME, row.opsPerFrame()), some),
                        Sample::opsPerSecond)));
        out.println();
        proofs.forEach(proof -> out.println("proof: " + proof));
    }

    void write(List<Sample> samples, List<String> proofs, Path file) throws IOException {
        StringBuilder json = new StringBuilder(
                "{\n  \"before\": \"%s\",\n  \"after\": \"%s\",\n  \"proofs\": [".formatted(before, Machine.now()));
        for (int i = 0; i < proofs.size(); i++) {
            json.append(i == 0 ? "" : ", ").append('"').append(proofs.get(i)).append('"');
        }
        json.append("],\n  \"samples\": [");
        for (int i = 0; i < samples.size(); i++) {
            json.append(i == 0 ? "\n    " : ",\n    ").append(json(samples.get(i)));
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, json.append("\n  ]\n}\n"));
        System.out.println("written to " + file);
    }

    private static String json(Sample s) {
        return String.format(
                Locale.ROOT,
                "{\"line\": \"%s\", \"opsPerFrame\": %d, \"opsPerSecond\": %.1f, \"p50Micros\": %.1f, "
                        + "\"p99Micros\": %.1f, \"cpuMicrosPerOp\": %.3f, \"residentBytes\": %d, \"bytesPerOp\": %.1f}",
                s.line(),
                s.opsPerFrame(),
                s.opsPerSecond(),
                s.p50Micros(),
                s.p99Micros(),
                s.cpuMicrosPerOp(),
                s.residentBytes(),
                s.bytesPerOp());
    }
}
