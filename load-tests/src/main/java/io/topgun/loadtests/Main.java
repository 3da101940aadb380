package io.topgun.loadtests;

import io.topgun.loadtests.cities.CitiesBench;
import io.topgun.loadtests.codec.CodecBench;
import io.topgun.loadtests.faults.Fault;
import io.topgun.loadtests.faults.FaultsRun;
import io.topgun.loadtests.faults.Namespace;
import io.topgun.loadtests.merge.MergeBench;
import io.topgun.loadtests.write.WriteBench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/** The commands {@code bench} and {@code faults}: exit code 0 if all is there and proved, 2 if misused. */
public final class Main {
    private static final String USAGE = """
            usage: topgun bench write [--seconds N] [--rounds N] [--report FILE]
                   topgun bench cities [--rounds N]
                   topgun bench codec [--rounds N]
                   topgun bench merge [--rounds N]
                   topgun faults [--nodes N] [--writers N] [--minutes N] [--seed S] [--faults LIST]
            """;

    private Main() {}

    /** Runs a benchmark. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Map<String, String> flags = flags(args);
        if (args[0].equals("faults") && nodes(flags) > 1) {
            OptionalInt code = Namespace.run(Main.class, List.of(args), System.out);
            code.ifPresent(System::exit);
        }
        int rounds = Integer.parseInt(flags.getOrDefault("--rounds", "5"));
        Path data = Files.createTempDirectory("topgun-bench");
        int exit = 0;
        try {
            switch (args[0]) {
                case "faults" -> exit = faults(flags, data);
                case "cities" -> new CitiesBench(rounds, System.out).run(data);
                case "codec" -> new CodecBench(rounds, System.out).run(data);
                case "merge" -> new MergeBench(rounds, System.out).run();
                default -> {
                    Duration time = Duration.ofSeconds(Integer.parseInt(flags.getOrDefault("--seconds", "5")));
                    String report = flags.getOrDefault("--report", "load-tests/target/bench-write.json");
                    new WriteBench(time, rounds).run(data, NodeProcess.root().resolve(report));
                }
            }
        } finally {
            if (exit == 0) {
                delete(data);
            } else {
                System.out.println("What the nodes wrote and kept is in " + data);
            }
        }
        System.exit(exit);
    }

    private static int faults(Map<String, String> flags, Path data) throws IOException, InterruptedException {
        Duration time = Duration.ofMinutes(Integer.parseInt(flags.getOrDefault("--minutes", "60")));
        long seed = Long.parseLong(flags.getOrDefault("--seed", Long.toString(System.nanoTime())));
        String names = flags.getOrDefault("--faults", "");
        int nodes = nodes(flags);
        Set<Fault> faults = names.isEmpty() ? Fault.of(nodes) : Fault.parse(names);
        int writers = Integer.parseInt(flags.getOrDefault("--writers", "8"));
        FaultsRun.Setup setup = new FaultsRun.Setup(nodes, writers, seed, faults);
        return new FaultsRun(setup, System.out).run(data, time) ? 0 : 1;
    }

    private static int nodes(Map<String, String> flags) {
        return Integer.parseInt(flags.getOrDefault("--nodes", "1"));
    }

    private static Map<String, String> flags(String[] args) {
        Set<String> known = Map.of(
                        "write", Set.of("--seconds", "--rounds", "--report"),
                        "cities", Set.of("--rounds"),
                        "codec", Set.of("--rounds"),
                        "merge", Set.of("--rounds"),
                        "faults", Set.of("--nodes", "--writers", "--minutes", "--seed", "--faults"))
                .getOrDefault(args.length == 0 ? "" : args[0], Set.of());
        Map<String, String> flags = new HashMap<>();
        boolean understood = args.length % 2 == 1 && !known.isEmpty();
        for (int i = 1; understood && i < args.length; i += 2) {
            understood = known.contains(args[i]);
            flags.put(args[i], args[i + 1]);
        }
        if (!understood) {
            System.err.print(USAGE);
            System.exit(2);
        }
        return flags;
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
