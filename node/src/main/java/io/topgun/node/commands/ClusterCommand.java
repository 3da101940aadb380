package io.topgun.node.commands;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The command {@code cluster}: runs nodes as processes of their own on this machine until it is stopped, each under an address of its
 * own on the loopback network.
 */
public final class ClusterCommand {
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(60);

    private final PrintStream out;
    private final boolean isTerminal;
    private final ClusterOptions options;
    private final List<LocalNode> nodes = new ArrayList<>();
    private List<String> shown = List.of();

    private ClusterCommand(PrintStream out, boolean isTerminal, ClusterOptions options) {
        this.out = out;
        this.isTerminal = isTerminal;
        this.options = options;
    }

    /** Runs the command with the arguments behind its name; returns the exit code once no node runs. */
    public static int run(List<String> args) {
        try {
            // The launcher sets NO_COLOR where the output is not a terminal; Java cannot tell.
            boolean isTerminal = System.getenv("NO_COLOR") == null;
            return new ClusterCommand(System.out, isTerminal, ClusterOptions.parse(args)).run();
        } catch (IllegalArgumentException e) {
            System.err.print("topgun cluster: " + e.getMessage() + "\n" + ClusterOptions.USAGE);
            return 2;
        } catch (IOException e) {
            System.err.println("topgun cluster: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 1;
    }

    private int run() throws IOException, InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
        for (int node = 1; node <= options.nodes(); node++) {
            start(node);
        }
        out.println(options.nodes() + " nodes, with their data and logs in " + options.data() + ". Ctrl-C stops them.");
        try (HttpClient http = HttpClient.newHttpClient()) {
            while (nodes.stream().anyMatch(LocalNode::isAlive)) {
                for (LocalNode node : nodes) {
                    node.keepUp();
                }
                show(nodes.stream().map(node -> node.state(http)).toList());
                Thread.sleep(EVERY);
            }
        }
        return 1;
    }

    private void start(int node) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.topgun.node.Main"));
        command.addAll(options.startArguments(node));
        synchronized (nodes) {
            nodes.add(new LocalNode(options.url(node), options.directory(node), command));
        }
    }

    /** Each node's state: on a terminal in place of what was shown before, else the lines that changed in more than numbers. */
    private void show(List<String> states) {
        List<String> lines = IntStream.range(0, states.size())
                .mapToObj(i -> options.url(i + 1) + "  " + states.get(i))
                .toList();
        if (isTerminal) {
            String up = shown.isEmpty() ? "" : "\033[" + shown.size() + "A";
            StringBuilder text = new StringBuilder(up);
            lines.forEach(line -> text.append("\033[2K").append(line).append('\n'));
            out.print(text);
            out.flush();
        } else {
            for (int i = 0; i < lines.size(); i++) {
                if (i >= shown.size() || !withoutNumbers(lines.get(i)).equals(withoutNumbers(shown.get(i)))) {
                    out.println(lines.get(i));
                }
            }
        }
        shown = lines;
    }

    private static String withoutNumbers(String line) {
        return line.replaceAll(" [0-9]+ ", " ");
    }

    private void stop() {
        synchronized (nodes) {
            nodes.forEach(LocalNode::terminate);
            for (LocalNode node : nodes) {
                try {
                    node.awaitEnd(STOP_PATIENCE);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }
}
