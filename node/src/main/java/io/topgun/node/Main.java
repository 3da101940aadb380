package io.topgun.node;

import com.typesafe.config.ConfigException;
import io.topgun.node.imports.ImportCommand;
import io.topgun.node.settings.NodeSettings;
import io.topgun.node.settings.SettingsException;
import io.topgun.persistence.rocksdb.RocksStoreException;
import java.io.PrintStream;
import java.net.BindException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The command line: {@code start} runs a node, {@code import} fills a map. */
public final class Main {
    private static final String USAGE = """
            usage: topgun start [--port PORT] [--data DIR] [--config FILE] [--page DIR]
                   topgun import FILE MAP --key EXPR [--url URL]
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
                default -> refuse("Unknown command " + args[0] + "\n" + USAGE);
            }
        }
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
            Node.start(settings).whenComplete((address, failure) -> {
                if (failure == null) {
                    out.println("TopGun is ready at http://" + settings.httpHost() + ":" + address.getPort());
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
