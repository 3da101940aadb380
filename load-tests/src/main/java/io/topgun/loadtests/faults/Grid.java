package io.topgun.loadtests.faults;

import io.topgun.crdt.Partitions;
import io.topgun.loadtests.Status;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;

/** The nodes of a cluster, on addresses of their own. */
final class Grid implements AutoCloseable {
    private static final Duration WHOLE_WITHIN = Duration.ofMinutes(2);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(3);
    private static final int POLL_MS = 100;
    private static final int REPLICAS = 3;

    private final Path directory;
    private final List<Victim> nodes = new CopyOnWriteArrayList<>();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(ANSWER_WITHIN).build();

    /** So many nodes, not yet started: the first founds the cluster, the others join it. */
    Grid(Path directory, int count) throws IOException {
        this.directory = directory;
        for (int i = 0; i < count; i++) {
            add();
        }
    }

    /** One more node, not yet started. */
    Victim add() throws IOException {
        int number = nodes.size() + 1;
        List<String> join = nodes.stream().map(Victim::seed).toList();
        Victim node = new Victim(directory.resolve("node" + number), number, join);
        nodes.add(node);
        return node;
    }

    /** Takes the last one out, that has stopped. */
    void removeLast() throws IOException {
        nodes.remove(nodes.size() - 1).close();
    }

    boolean isOne() {
        return nodes.size() == 1;
    }

    List<Victim> nodes() {
        return List.copyOf(nodes);
    }

    /** All but one. */
    List<Victim> others(Victim node) {
        return nodes.stream().filter(other -> other != node).toList();
    }

    List<URI> addresses() {
        return nodes.stream().map(Victim::sync).toList();
    }

    /** How often nodes were downed by the others. */
    int downings() {
        return nodes.stream().mapToInt(Victim::downings).sum();
    }

    /** Waits until every node is there and says that it is ready. */
    void awaitWhole() throws InterruptedException {
        long end = System.nanoTime() + WHOLE_WITHIN.toNanos();
        for (Victim node : nodes) {
            while (!isWhole(node)) {
                if (node.hasFailed() || System.nanoTime() > end) {
                    throw new IllegalStateException(
                            node + (node.hasFailed() ? " ended by itself" : " is not ready after " + WHOLE_WITHIN)
                                    + "\n" + output());
                }
                Thread.sleep(POLL_MS);
            }
        }
    }

    /** Whether it is ready, sees all others, and every partition has all its replicas live. */
    private boolean isWhole(Victim node) throws InterruptedException {
        if (get(node, "/health/ready").statusCode() != 200) {
            return false;
        }
        Optional<Status> status = status(node);
        return status.isPresent()
                && status.get().members() == nodes.size()
                && status.get().leastLive() == Math.min(REPLICAS, nodes.size());
    }

    /** The least number of replicas that a partition has live, as the node knows that knows of the most; empty if none tells. */
    OptionalInt leastLive() throws InterruptedException {
        OptionalInt most = OptionalInt.empty();
        for (Victim node : nodes()) {
            Optional<Status> status = status(node);
            if (status.isPresent()) {
                most = OptionalInt.of(Math.max(most.orElse(0), status.get().leastLive()));
            }
        }
        return most;
    }

    /** By how many per cent, begun ones too, the node furthest from the even share of replicas is off; empty if none tells. */
    OptionalInt imbalancePercent() throws InterruptedException {
        Optional<Status> status = status(nodes.get(0));
        if (status.isEmpty() || status.get().leastLive() == 0) {
            return OptionalInt.empty();
        }
        double even = (double) Partitions.COUNT * Math.min(REPLICAS, nodes.size()) / nodes.size();
        return OptionalInt.of((int) Math.ceil(100
                * Math.max(status.get().mostHeld() - even, even - status.get().leastHeld())
                / even));
    }

    private Optional<Status> status(Victim node) throws InterruptedException {
        Answer answer = get(node, "/status?format=json");
        return answer.statusCode() == 200 ? Optional.of(Status.of(answer.body())) : Optional.empty();
    }

    private record Answer(int statusCode, String body) {}

    /** What a node answers; status 0 if it does not. */
    private Answer get(Victim node, String path) throws InterruptedException {
        if (!node.isRunning()) {
            return new Answer(0, "");
        }
        try {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(node.http(path))
                            .timeout(ANSWER_WITHIN)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            return new Answer(0, e.toString());
        }
    }

    String output() {
        StringBuilder text = new StringBuilder();
        nodes.forEach(node -> text.append(node.output()).append('\n'));
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        for (Victim node : nodes) {
            node.close();
        }
    }
}
