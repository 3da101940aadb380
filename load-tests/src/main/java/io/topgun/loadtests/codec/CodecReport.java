package io.topgun.loadtests.codec;

import io.topgun.loadtests.Machine;
import io.topgun.loadtests.Medians;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** A table for each batch: medians over the rounds, and ratios of each round with their range. */
final class CodecReport {
    private final int rounds;
    private final Machine before = Machine.now();

    CodecReport(int rounds) {
        this.rounds = rounds;
    }

    private record Line(String language, String codec) {}

    void print(List<Sample> samples, PrintStream out) {
        out.printf(
                "%ncodec: ns of processor time per operation, median of %d rounds; ratios are of one round, with their range%n",
                rounds);
        out.printf("before: %s%nafter:  %s%n", before, Machine.now());
        for (int ops : CodecBench.SIZES) {
            out.printf(
                    "%n%-29s%10s%10s%10s  %s%n",
                    "batch of " + ops, "write", "read", "bytes", "write, read to the line");
            Map<Line, List<Sample>> lines = new LinkedHashMap<>();
            for (Sample sample : samples) {
                if (sample.ops() == ops) {
                    lines.computeIfAbsent(new Line(sample.language(), sample.codec()), none -> new ArrayList<>())
                            .add(sample);
                }
            }
            lines.forEach((line, own) -> print(line, own, lines, out));
        }
        out.printf("%nproof: every line gave back, at the end of each run, the rows it was given%n");
    }

    private static void print(Line line, List<Sample> own, Map<Line, List<Sample>> lines, PrintStream out) {
        Line to = line.language().equals(CodecBench.JAVA)
                ? new Line(CodecBench.JAVA, BatchCodec.HAND_PACKED)
                : new Line(NodeLine.LANGUAGE, "msgpackr, arrays");
        List<Sample> theirs = lines.getOrDefault(to, own);
        Line json = new Line(line.language(), BatchCodec.JSON);
        out.printf(
                Locale.ROOT,
                "%-29s%,10.0f%,10.0f%,10d  %s, %s to %s; %.2f of JSON's bytes%n",
                line.language() + " " + line.codec(),
                median(own, Sample::writeNanos),
                median(own, Sample::readNanos),
                own.get(0).bytes(),
                Medians.ratio(own, theirs, Sample::writeNanos),
                Medians.ratio(own, theirs, Sample::readNanos),
                to.codec(),
                own.get(0).bytes()
                        / (double) lines.getOrDefault(json, own).get(0).bytes());
    }

    private static double median(List<Sample> samples, ToDoubleFunction<Sample> nanos) {
        return Medians.of(samples, nanos) / samples.get(0).ops();
    }
}
