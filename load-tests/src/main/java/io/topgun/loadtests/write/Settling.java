package io.topgun.loadtests.write;

import io.topgun.loadtests.Status;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The wait until the nodes of a cluster have placed their replicas. Each says early that it is ready, but replicas still move to
 * those that came last, and while a partition moves its node refuses new sessions.
 */
final class Settling {
    private static final Duration AT_MOST = Duration.ofMinutes(5);
    private static final Duration UNCHANGED = Duration.ofSeconds(3);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);
    private static final int POLL_MS = 200;
    private static final int REPLICAS = 3;

    private final List<URI> uris;
    private final HttpClient http;

    private Settling(List<URI> uris, HttpClient http) {
        this.uris = uris;
        this.http = http;
    }

    /** Returns once all nodes have been ready for a while, with every partition on as many as it can be and none moving. */
    static void await(List<URI> uris) throws IOException, InterruptedException {
        try (HttpClient http =
                HttpClient.newBuilder().connectTimeout(ANSWER_MAX).build()) {
            new Settling(uris, http).await();
        }
    }

    private void await() throws IOException, InterruptedException {
        long end = System.nanoTime() + AT_MOST.toNanos();
        Optional<List<Status>> last = Optional.empty();
        long since = System.nanoTime();
        while (last.isEmpty() || System.nanoTime() - since < UNCHANGED.toNanos()) {
            Optional<List<Status>> now = settled();
            if (now.isEmpty() || !now.equals(last)) {
                since = System.nanoTime();
            }
            last = now;
            if (System.nanoTime() > end) {
                throw new IOException("The cluster has not settled after " + AT_MOST);
            }
            Thread.sleep(POLL_MS);
        }
    }

    /** What every node says of the cluster, if all of them are ready and see every replica in its place. */
    private Optional<List<Status>> settled() throws InterruptedException {
        List<Status> all = new ArrayList<>();
        for (URI uri : uris) {
            Optional<Status> status = get(uri, "/status?format=json").map(Status::of);
            if (status.isEmpty()
                    || !isWhole(status.get())
                    || get(uri, "/health/ready").isEmpty()) {
                return Optional.empty();
            }
            all.add(status.get());
        }
        return Optional.of(all);
    }

    private boolean isWhole(Status status) {
        return status.members() == uris.size() && status.leastLive() == Math.min(REPLICAS, uris.size());
    }

    /** What is answered with 200. */
    private Optional<String> get(URI uri, String path) throws InterruptedException {
        URI address = URI.create("http://" + uri.getAuthority() + path);
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(address).timeout(ANSWER_MAX).build(), HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? Optional.of(answer.body()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
