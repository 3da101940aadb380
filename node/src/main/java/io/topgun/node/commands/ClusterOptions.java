package io.topgun.node.commands;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What {@code topgun cluster} was told.
 *
 * @param data directory of the nodes' directories
 * @param passed on to every node
 */
record ClusterOptions(int nodes, Path data, int port, int clusterPort, List<String> passed) {
    static final String USAGE = """
            usage: topgun cluster N [--data DIR] [--port PORT] [--cluster-port PORT] [--config FILE]
            """;
    private static final int NODES_MAX = 9;

    static ClusterOptions parse(List<String> args) {
        if (args.isEmpty() || !args.getFirst().matches("[1-" + NODES_MAX + "]")) {
            throw new IllegalArgumentException("how many nodes, 1 to " + NODES_MAX + "?");
        }
        Path data = Path.of("data", "cluster");
        int port = 8080;
        int clusterPort = 7270;
        List<String> passed = new ArrayList<>();
        for (int i = 1; i < args.size(); i += 2) {
            if (i + 1 == args.size()) {
                throw new IllegalArgumentException(args.get(i) + " needs a value");
            }
            String value = args.get(i + 1);
            switch (args.get(i)) {
                case "--data" -> data = Path.of(value);
                case "--port" -> port = Integer.parseInt(value);
                case "--cluster-port" -> clusterPort = Integer.parseInt(value);
                case "--config", "--page" -> passed.addAll(List.of(args.get(i), value));
                default -> throw new IllegalArgumentException("unknown flag " + args.get(i));
            }
        }
        return new ClusterOptions(Integer.parseInt(args.getFirst()), data, port, clusterPort, List.copyOf(passed));
    }

    static String host(int node) {
        return "127.0.0." + node;
    }

    String url(int node) {
        return "http://" + host(node) + ":" + port;
    }

    Path directory(int node) {
        return data.resolve(Integer.toString(node));
    }

    /** The arguments of a node: the first may begin the cluster, the others join whoever is there. */
    List<String> startArguments(int node) {
        List<String> arguments = new ArrayList<>(List.of(
                "start",
                "--host",
                host(node),
                "--port",
                Integer.toString(port),
                "--cluster-port",
                Integer.toString(clusterPort),
                "--data",
                directory(node).toString()));
        arguments.addAll(passed);
        if (node > 1) {
            List<String> others = IntStream.rangeClosed(1, nodes)
                    .filter(other -> other != node)
                    .mapToObj(other -> host(other) + ":" + clusterPort)
                    .toList();
            arguments.addAll(List.of("--join", String.join(",", others)));
        }
        return arguments;
    }
}
