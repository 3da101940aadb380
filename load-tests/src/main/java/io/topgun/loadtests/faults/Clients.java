package io.topgun.loadtests.faults;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** All who use the grid: writers and watchers, spread over its nodes, and what they have written. */
final class Clients implements AutoCloseable {
    private static final int WATCHERS = 2;
    private static final Duration WRITES_WITHIN = Duration.ofSeconds(60);

    private final Load load;
    private final History history = new History();
    private final Gate writing = new Gate();
    private final Gate watching = new Gate();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<Integer>> running = new ArrayList<>();
    private final List<Watcher> watchers = new ArrayList<>();

    Clients(int nodes, Load load, long seed) {
        this.load = load;
        Random random = new Random(seed);
        for (int i = 0; i < load.writers(); i++) {
            begin(new Writer(writing, history, i, Writer.level(i, nodes), load, random.nextLong()));
        }
        Holdings.Resume positions = nodes == 1 ? Holdings.Resume.AT_ONE_STORE : Holdings.Resume.AT_ANY_STORE;
        for (int i = 0; i < Math.max(nodes, WATCHERS); i++) {
            watch(i, positions, random);
        }
        watch(watchers.size(), Holdings.Resume.BY_DIGESTS, random);
    }

    private void watch(int number, Holdings.Resume resume, Random random) {
        Watcher watcher = new Watcher(watching, number, resume, random.nextLong());
        watchers.add(watcher);
        begin(watcher);
    }

    private void begin(Callable<Integer> client) {
        running.add(threads.submit(() -> {
            try {
                return client.call();
            } catch (RuntimeException | Error e) {
                history.broken();
                throw e;
            }
        }));
    }

    History history() {
        return history;
    }

    List<Watcher> watchers() {
        return watchers;
    }

    /** Lets all come to these nodes. */
    void open(List<URI> nodes) {
        watch(nodes);
        writing.open(nodes);
    }

    /** Lets those come to these nodes who only read. */
    void watch(List<URI> nodes) {
        watching.open(nodes);
    }

    /** Lets nobody connect. */
    void shut() {
        writing.shut();
        watching.shut();
    }

    /** Lets every write come to its end. */
    void settle() throws InterruptedException {
        writing.settle();
        require(writing.awaitRest(load.writers(), WRITES_WITHIN.toMillis()), "Writes do not come to an end");
    }

    void awaitAcknowledgements(int more) throws InterruptedException {
        require(history.awaitAcknowledgements(more, WRITES_WITHIN), "No acknowledgements any more");
    }

    void require(boolean condition, String otherwise) {
        for (Future<Integer> client : running) {
            if (client.state() == Future.State.FAILED) {
                throw new IllegalStateException("A client has failed", client.exceptionNow());
            }
        }
        if (!condition) {
            throw new IllegalStateException(otherwise);
        }
    }

    @Override
    public void close() {
        writing.end();
        watching.end();
        threads.shutdownNow();
        threads.close();
    }
}
