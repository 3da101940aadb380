package io.topgun.loadtests.write;

import io.topgun.loadtests.NodeProcess;
import io.topgun.loadtests.Observation;
import io.topgun.loadtests.ProcessUsage;
import io.topgun.protocol.Level;
import io.topgun.protocol.Message;
import io.topgun.protocol.MessageCodec;
import io.topgun.protocol.Op;
import io.topgun.protocol.Run;
import io.topgun.protocol.WireClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Our node in its own process, through one WebSocket for each connection. */
final class NodeLine implements Line {
    static final String NAME = "node";
    private static final Duration START_MAX = Duration.ofMinutes(1);

    private final NodeProcess node;
    private final URI sync;
    private final Expected expected = new Expected();
    private final List<Connection> connections = new ArrayList<>();

    NodeLine(Path directory) throws IOException, InterruptedException {
        node = NodeProcess.start(directory, List.of(), List.of());
        sync = node.awaitReady(START_MAX);
        for (int i = 0; i < CONNECTIONS; i++) {
            connections.add(new Connection("w" + i, i));
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Sample run(int opsPerFrame, Duration time) throws IOException, InterruptedException {
        ProcessUsage before = ProcessUsage.of(node.pid());
        ClosedLoop loop = new ClosedLoop(CONNECTIONS, time.toNanos());
        for (Connection connection : connections) {
            connection.begin(loop, opsPerFrame);
        }
        loop.await();
        for (Connection connection : connections) {
            connection.throwIfBroken();
        }
        ProcessUsage after = ProcessUsage.of(node.pid());
        return loop.sample(NAME, opsPerFrame, after.cpuMicros() - before.cpuMicros(), after.residentBytes());
    }

    @Override
    public String prove() throws IOException, InterruptedException {
        Observation observed = Observation.of(sync, Batches.MAPS);
        expected.prove(observed);
        return observed.entries().size() + " entries equal to the merge of all acknowledged writes, "
                + observed.digests().size() + " digests equal";
    }

    @Override
    public void close() {
        connections.forEach(Connection::close);
        node.close();
    }

    /** One client; its callbacks come one after the other. */
    private final class Connection implements WireClient.Listener {
        private final Batches batches;
        private final WireClient client;
        private final CompletableFuture<Void> broken = new CompletableFuture<>();
        private List<Op> inFlight = List.of();
        private long sentNanos;
        private long frameBytes;
        private int opsPerFrame = 1;
        private Optional<ClosedLoop> loop = Optional.empty();

        Connection(String writer, long seed) throws IOException, InterruptedException {
            batches = new Batches(writer, seed);
            client = WireClient.connect(
                    sync, Message.Hello.of(writer, Optional.empty(), System.currentTimeMillis(), "topgun-bench"), this);
        }

        synchronized void begin(ClosedLoop newLoop, int count) {
            opsPerFrame = count;
            loop = Optional.of(newLoop);
            send();
            frameBytes = MessageCodec.encode(new Message.Ops(Level.PERSISTED, inFlight, List.of())).length;
        }

        private void send() {
            inFlight = batches.next(opsPerFrame);
            sentNanos = System.nanoTime();
            var unused = client.send(new Message.Ops(Level.PERSISTED, inFlight, List.of()));
        }

        @Override
        public synchronized void onMessage(Message message) {
            if (!(message instanceof Message.Ack ack) || loop.isEmpty()) {
                return;
            }
            long count = 0;
            for (Run run : ack.runs()) {
                count += run.count();
            }
            if (count != inFlight.size() || ack.level().compareTo(Level.PERSISTED) < 0) {
                fail("Not all persisted: " + ack.level() + " " + ack.rejections());
                return;
            }
            loop.get().answered(inFlight.size(), frameBytes, sentNanos);
            expected.acknowledged(inFlight);
            if (loop.get().isOver()) {
                loop.get().leave();
                loop = Optional.empty();
            } else {
                send();
            }
        }

        @Override
        public synchronized void onClosed(int code, String reason) {
            fail("Closed with " + code + " " + reason);
        }

        private void fail(String why) {
            broken.completeExceptionally(new IOException(why));
            loop.ifPresent(ClosedLoop::leave);
            loop = Optional.empty();
        }

        void throwIfBroken() throws IOException {
            if (broken.isCompletedExceptionally()) {
                throw new IOException(broken.exceptionNow());
            }
        }

        void close() {
            client.close();
        }
    }
}
