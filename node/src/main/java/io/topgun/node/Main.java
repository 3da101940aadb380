package io.topgun.node;

import com.typesafe.config.ConfigException;
import io.topgun.node.commands.ClusterCommand;
import io.topgun.node.commands.StatusCommand;
import io.topgun.node.imports.ImportCommand;
import io.topgun.node.settings.NodeSettings;
import io.topgun.node.settings.SettingsException;
import io.topgun.persistence.rocksdb.RocksStoreException;
import java.io.PrintStream;
import java.net.BindException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.remote.RemoteTransportException;

/** The command line: {@code start} runs a node, {@code cluster} several, {@code status} asks one, {@code import} fills a map. */
public final class Main {
    private static final String USAGE = """
            usage: topgun start [--port PORT] [--data DIR] [--config FILE] [--page DIR]
                                [--join HOST:PORT,...] [--host HOST] [--cluster-port PORT]
                   topgun import FILE MAP --key EXPR [--url URL]
                   topgun cluster N [--data DIR] [--port PORT] [--cluster-port PORT] [--config FILE]
                   topgun status [--url URL] [--json]
            """;

    private Main() {}

    /** Runs a command; exits with 2 if it is not one. */
    public static void main(String[] args) {
        if (args.length == 0) {
            refuse(USAGE);
        } else {
            switch (args[0]) {
                case "start" -> start(args);
                case "import" -> System.exit(ImportCommand.run(Arrays.copyOfRange(args, 1, args.length)));
                case "cluster" -> System.exit(ClusterCommand.run(rest(args)));
                case "status" -> System.exit(StatusCommand.run(rest(args)));
                default -> refuse("Unknown command " + args[0] + "\n" + USAGE);
            }
        }
    }

    private static List<String> rest(String[] args) {
        return List.of(args).subList(1, args.length);
    }

    private static void start(String[] args) {
        Map<String, Object> overrides = new HashMap<>();
        Optional<Path> file = Optional.empty();
        for (int i = 1; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                refuse(args[i] + " needs a value\n" + USAGE);
            }
            String value = args[i + 1];
            switch (args[i]) {
                case "--port" -> overrides.put("topgun.http.port", value);
                case "--data" -> overrides.put("topgun.data-dir", value);
                case "--host" -> {
                    overrides.put("topgun.http.host", value);
                    overrides.put("topgun.cluster.host", value);
                }
                case "--cluster-port" -> overrides.put("topgun.cluster.port", value);
                case "--join" -> overrides.put("topgun.cluster.seeds", List.of(value.split(",", -1)));
                case "--page" -> overrides.put("topgun.http.page-dir", value);
                case "--config" -> file = Optional.of(Path.of(value));
                default -> refuse("Unknown flag " + args[i] + "\n" + USAGE);
            }
        }
        start(file, overrides);
    }

    private static void start(Optional<Path> file, Map<String, Object> overrides) {
        PrintStream out = System.out;
        try {
            NodeSettings settings = NodeSettings.load(file, overrides);
            start(settings).whenComplete((started, failure) -> {
                if (failure == null) {
                    out.println("TopGun is ready at http://" + settings.httpHost() + ":"
                            + started.http().getPort());
                    out.println(
                            "Nodes join it with --join " + started.membership().address());
                } else {
                    refuse(whyNotStarted(failure, settings));
                }
            });
        } catch (SettingsException | ConfigException | IllegalArgumentException | ArithmeticException e) {
            refuse(String.valueOf(e.getMessage()));
        } catch (RocksStoreException e) {
            System.err.println("TopGun did not start: " + e.getMessage());
            // Nothing is open yet, and an actor system that is stopped while it starts logs errors of its own.
            Runtime.getRuntime().halt(2);
        }
    }

    private static CompletionStage<Node.Started> start(NodeSettings settings) {
        try {
            return Node.start(settings);
        } catch (RemoteTransportException e) {
            System.err.println("Cannot use " + settings.cluster().host() + ":"
                    + settings.cluster().port() + " for the cluster: " + e.getMessage()
                    + ". Choose another port with --cluster-port.");
            Runtime.getRuntime().halt(2);
            throw e;
        }
    }

    private static String whyNotStarted(Throwable failure, NodeSettings settings) {
        Throwable cause = failure;
        while (cause.getCause() != null && !(cause instanceof BindException)) {
            cause = cause.getCause();
        }
        return cause instanceof BindException
                ? "Cannot listen on " + settings.httpHost() + ":" + settings.httpPort() + ": " + cause.getMessage()
                        + ". Choose another port with --port."
                : "TopGun did not start: " + cause;
    }

    private static void refuse(String why) {
        System.err.println(why);
        System.exit(2);
    }
}
