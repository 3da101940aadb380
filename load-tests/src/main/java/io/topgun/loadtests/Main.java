package io.topgun.loadtests;

import io.topgun.loadtests.bench.Bench;
import io.topgun.loadtests.bench.Scenario;
import io.topgun.loadtests.cities.CitiesBench;
import io.topgun.loadtests.clients.ColdSyncScenario;
import io.topgun.loadtests.clients.LocalScenario;
import io.topgun.loadtests.clients.OfflineScenario;
import io.topgun.loadtests.codec.CodecBench;
import io.topgun.loadtests.digest.DigestScenario;
import io.topgun.loadtests.fanout.FanoutScenario;
import io.topgun.loadtests.fanout.IdleScenario;
import io.topgun.loadtests.fanout.ResumeScenario;
import io.topgun.loadtests.fanout.SlowScenario;
import io.topgun.loadtests.faults.Fault;
import io.topgun.loadtests.faults.FaultsRun;
import io.topgun.loadtests.faults.Load;
import io.topgun.loadtests.faults.Namespace;
import io.topgun.loadtests.memory.MemoryScenario;
import io.topgun.loadtests.merge.MergeBench;
import io.topgun.loadtests.recover.RecoverScenario;
import io.topgun.loadtests.write.WriteScenarios;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** The commands {@code bench} and {@code faults}: exit code 0 if all is there and proved, 2 if misused. */
public final class Main {
    private static final Map<String, Kind> SCENARIOS = scenarios();

    private static final String USAGE = """
            usage: topgun bench [SCENARIO...] [--rounds N] [--seconds N] [--warm-up N] [--only NAME,...] [--entries N] [--report DIRECTORY]
                   topgun bench cities | codec | merge [--rounds N]
                   topgun faults [--nodes N] [--writers N] [--rate N] [--warm-up N] [--minutes N] [--seed S]
                                 [--faults LIST] [--kills N]
            scenarios: %s
            """.formatted(String.join(", ", SCENARIOS.keySet()));

    private Main() {}

    /**
     * A scenario, made for a number of entries where that makes a difference.
     *
     * @param entries if nobody says how many
     */
    private record Kind(int entries, IntFunction<Scenario<?>> maker) {
        private static final int ENTRIES = 1_000_000;
        private static final int CLIENT_ENTRIES = 100_000;

        static Kind ofServer(IntFunction<Scenario<?>> maker) {
            return new Kind(ENTRIES, maker);
        }

        static Kind ofClient(IntFunction<Scenario<?>> maker) {
            return new Kind(CLIENT_ENTRIES, maker);
        }
    }

    private static Map<String, Kind> scenarios() {
        Map<String, Kind> scenarios = new LinkedHashMap<>();
        scenarios.put("write", Kind.ofServer(entries -> WriteScenarios.write()));
        scenarios.put("write-memory", Kind.ofServer(entries -> WriteScenarios.memory()));
        scenarios.put("write-replicated", Kind.ofServer(entries -> WriteScenarios.replicated()));
        scenarios.put("scale", Kind.ofServer(entries -> WriteScenarios.scale()));
        scenarios.put("fanout", Kind.ofServer(entries -> FanoutScenario.create(100, 1_000, 5_000)));
        scenarios.put("slow-reader", Kind.ofServer(entries -> SlowScenario.create(1_000)));
        scenarios.put("resume", Kind.ofServer(entries -> ResumeScenario.create()));
        scenarios.put("connections", Kind.ofServer(entries -> IdleScenario.create()));
        scenarios.put("memory", Kind.ofServer(MemoryScenario::create));
        scenarios.put("digest", Kind.ofServer(DigestScenario::create));
        scenarios.put("recover", Kind.ofServer(RecoverScenario::create));
        scenarios.put("cold-sync", Kind.ofClient(ColdSyncScenario::create));
        scenarios.put("local", Kind.ofClient(entries -> LocalScenario.create()));
        scenarios.put("offline-queue", Kind.ofClient(entries -> OfflineScenario.create()));
        return scenarios;
    }

    /** What was asked for: words, then flags with a value each. */
    private record Request(List<String> words, Map<String, String> flags) {

        static Request of(String[] args) {
            List<String> words = new ArrayList<>();
            Map<String, String> flags = new HashMap<>();
            int at = 0;
            while (at < args.length && !args[at].startsWith("--")) {
                words.add(args[at++]);
            }
            for (; at < args.length; at += 2) {
                if (!args[at].startsWith("--") || at + 1 == args.length) {
                    throw misused();
                }
                flags.put(args[at], args[at + 1]);
            }
            Request request = new Request(words, flags);
            if (!request.known().containsAll(flags.keySet())) {
                throw misused();
            }
            return request;
        }

        String command() {
            return words.size() == 1 ? words.get(0) : "";
        }

        private Set<String> known() {
            return switch (command()) {
                case "cities", "codec", "merge" -> Set.of("--rounds");
                case "faults" ->
                    Set.of("--nodes", "--writers", "--rate", "--warm-up", "--minutes", "--seed", "--faults", "--kills");
                default -> {
                    if (!SCENARIOS.keySet().containsAll(words)) {
                        throw misused();
                    }
                    yield Set.of("--rounds", "--seconds", "--warm-up", "--only", "--entries", "--report");
                }
            };
        }

        int number(String flag, int otherwise) {
            return Integer.parseInt(flags.getOrDefault(flag, Integer.toString(otherwise)));
        }

        List<String> names(String flag) {
            return Stream.of(flags.getOrDefault(flag, "").split(",", -1))
                    .filter(name -> !name.isEmpty())
                    .toList();
        }
    }

    private static IllegalArgumentException misused() {
        return new IllegalArgumentException(USAGE);
    }

    /** Runs what is asked for. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Request request;
        try {
            request = Request.of(args);
        } catch (IllegalArgumentException e) {
            System.err.print(USAGE);
            System.exit(2);
            return;
        }
        if (request.command().equals("faults") && request.number("--nodes", 1) > 1) {
            OptionalInt code = Namespace.run(Main.class, List.of(args), System.out);
            code.ifPresent(System::exit);
        }
        Path data = Files.createTempDirectory("topgun-bench");
        int exit = 1; // also if it throws
        try {
            exit = run(request, data);
        } finally {
            if (exit == 0) {
                delete(data);
            } else {
                System.out.println("What was written and kept is in " + data);
            }
        }
        System.exit(exit);
    }

    private static int run(Request request, Path data) throws IOException, InterruptedException {
        int rounds = request.number("--rounds", 5);
        switch (request.command()) {
            case "faults" -> {
                return faults(request, data);
            }
            case "cities" -> new CitiesBench(rounds, System.out).run(data);
            case "codec" -> new CodecBench(rounds, System.out).run(data);
            case "merge" -> new MergeBench(rounds, System.out).run();
            default -> bench(request, rounds, data);
        }
        return 0;
    }

    private static void bench(Request request, int rounds, Path data) throws IOException, InterruptedException {
        List<String> names = request.words().isEmpty() ? List.copyOf(SCENARIOS.keySet()) : request.words();
        List<Scenario<?>> chosen = new ArrayList<>();
        for (String name : names) {
            Kind kind = Optional.ofNullable(SCENARIOS.get(name)).orElseThrow(Main::misused);
            chosen.add(kind.maker().apply(request.number("--entries", kind.entries())));
        }
        Path report = Path.of(request.flags().getOrDefault("--report", "load-tests/target/bench"));
        Bench bench = new Bench(
                rounds,
                Duration.ofSeconds(request.number("--seconds", 3)),
                Duration.ofSeconds(request.number("--warm-up", 15)),
                request.names("--only"),
                report);
        bench.run(chosen, data, System.err, System.out);
    }

    private static int faults(Request request, Path data) throws IOException, InterruptedException {
        Duration time = Duration.ofMinutes(request.number("--minutes", 60));
        long seed = Long.parseLong(request.flags().getOrDefault("--seed", Long.toString(System.nanoTime())));
        List<String> names = request.names("--faults");
        int nodes = request.number("--nodes", 1);
        Set<Fault> faults = names.isEmpty() ? Fault.of(nodes) : Fault.parse(String.join(",", names));
        FaultsRun.Setup setup = new FaultsRun.Setup(
                nodes,
                new Load(request.number("--writers", 8), request.number("--rate", 0)),
                seed,
                faults,
                request.number("--kills", 4),
                Duration.ofSeconds(request.number("--warm-up", 0)));
        return new FaultsRun(setup, System.out).run(data, time) ? 0 : 1;
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
