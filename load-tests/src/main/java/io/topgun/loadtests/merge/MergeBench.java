package io.topgun.loadtests.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.topgun.loadtests.Machine;
import io.topgun.loadtests.Medians;
import io.topgun.loadtests.NodeScript;
import io.topgun.loadtests.jmh.Jmh;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Merges per second of one core, and what an entry takes. */
public final class MergeBench {
    private static final List<String> VALUE_BYTES = List.of("20", "150");
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final int rounds;
    private final PrintStream out;

    public MergeBench(int rounds, PrintStream out) {
        this.rounds = rounds;
        this.out = out;
    }

    /** Measures and prints; every line has proved what it holds. */
    public void run() throws IOException, InterruptedException {
        Machine before = Machine.now();
        List<Map<String, Double>> java = new ArrayList<>();
        List<JsonNode> node = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            out.println("round " + round + " of " + rounds);
            double shorter = Jmh.cpuNanos(MergeLine.class, "merge", Map.of("valueBytes", VALUE_BYTES.get(0)));
            double longer = Jmh.cpuNanos(MergeLine.class, "merge", Map.of("valueBytes", VALUE_BYTES.get(1)));
            java.add(Map.of(VALUE_BYTES.get(0), shorter, VALUE_BYTES.get(1), longer));
            node.add(MAPPER.readTree(NodeScript.run("merge-line.mjs")));
        }
        out.printf(
                "%nmerge: processor time, medians of %d rounds; ratios are of one round, with their range%n", rounds);
        out.printf("before: %s%nafter:  %s%n%n", before, Machine.now());
        for (String bytes : VALUE_BYTES) {
            double nanos = Medians.of(java, round -> round.getOrDefault(bytes, Double.NaN));
            out.printf(
                    Locale.ROOT,
                    "Java, value of %s bytes, digests kept: %,.0f ns, %.2f M/s of one core%n",
                    bytes,
                    nanos,
                    1e3 / nanos);
        }
        out.printf("%nNode%30s%12s%12s  %s%n", "topgun ns", "Yjs ns", "Map ns", "Yjs to topgun");
        print("merge", node, "merge", "topgun");
        print("merge, all digests at the end", node, "merge", "digested");
        print("apply, from bytes", node, "apply", "topgun");
        out.printf(
                Locale.ROOT,
                "digests of all, an entry: %,.0f ns, and %,.0f ns once one in a hundred has changed%n",
                Medians.of(node, round -> figure(round, "digest", "first")),
                Medians.of(node, round -> figure(round, "digest", "again")));
        out.printf(Locale.ROOT, "%nbytes of heap per entry:");
        for (String line : List.of("topgun", "digested", "yjs", "map")) {
            out.printf(Locale.ROOT, "  %s %,.0f", line, Medians.of(node, round -> figure(round, "bytes", line)));
        }
        out.printf("%n%nproof: the digests are those of the content, and every line holds what was written last%n");
    }

    private void print(String name, List<JsonNode> node, String figure, String own) {
        out.printf(Locale.ROOT, "%-30s", name);
        for (String line : List.of(own, "yjs", "map")) {
            out.printf(
                    Locale.ROOT,
                    line.equals(own) ? "%,4.0f" : "%,12.0f",
                    Medians.of(node, round -> figure(round, figure, line)));
        }
        List<Double> ours =
                node.stream().map(round -> figure(round, figure, own)).toList();
        List<Double> yjs =
                node.stream().map(round -> figure(round, figure, "yjs")).toList();
        out.printf("  %s%n", Medians.ratio(yjs, ours, Double::doubleValue));
    }

    private static double figure(JsonNode round, String figure, String line) {
        return round.path(figure).path(line).asDouble(Double.NaN);
    }
}
