package io.topgun.loadtests;

import io.topgun.loadtests.write.WriteBench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The command {@code bench}: exit code 0 if the figures are there and proved, 2 if misused. */
public final class Main {
    private static final String USAGE = """
            usage: topgun bench write [--seconds N] [--rounds N] [--report FILE]
            """;

    private Main() {}

    /** Runs a benchmark. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Map<String, String> flags = new HashMap<>(
                Map.of("--seconds", "5", "--rounds", "5", "--report", "load-tests/target/bench-write.json"));
        boolean understood = args.length % 2 == 1 && args[0].equals("write");
        for (int i = 1; understood && i < args.length; i += 2) {
            understood = flags.replace(args[i], args[i + 1]) != null;
        }
        if (!understood) {
            System.err.print(USAGE);
            System.exit(2);
        }
        Path data = Files.createTempDirectory("topgun-bench");
        try {
            Duration time = Duration.ofSeconds(Integer.parseInt(flags.getOrDefault("--seconds", "")));
            int rounds = Integer.parseInt(flags.getOrDefault("--rounds", ""));
            Path report = NodeProcess.root().resolve(flags.getOrDefault("--report", ""));
            new WriteBench(time, rounds).run(data, report);
        } finally {
            delete(data);
        }
    }

    private static void delete(Path directory) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> paths = Files.walk(directory)) {
            deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }
}
