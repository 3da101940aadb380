package io.topgun.loadtests.fanout;

import io.topgun.loadtests.ProcessUsage;
import io.topgun.loadtests.bench.MissingPeer;
import io.topgun.loadtests.net.Link;
import io.topgun.loadtests.net.RespFraming;
import io.topgun.loadtests.peers.Daemon;
import io.topgun.loadtests.peers.Redis;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A stream of Redis, XADD and XREAD: everybody comes back with the id of the last record they have. */
final class RedisRejoined implements Rejoinable {
    private static final byte[] STREAM = bytes("bench-resume");
    private static final byte[] FIELD = bytes("v");
    private static final int ANSWER_MAX_S = 30;

    private final Daemon server;
    private final InetSocketAddress address;
    private long last;

    RedisRejoined(Path directory) throws IOException, InterruptedException, MissingPeer {
        int port = Daemon.freePort();
        server = Redis.start(directory, port, true);
        address = server.await(port);
    }

    /** Records have our numbers as their ids, from 1 on. */
    @Override
    public void publish(long first, int count) throws IOException, InterruptedException {
        try (Listeners listeners = new Listeners("resume-writer")) {
            Writer writer = new Writer(count);
            Link link = listeners.connect(address, new RespFraming(), writer);
            for (long number = first; number < first + count; number++) {
                byte[] payload = Listeners.payload(number).array();
                link.send(RespFraming.command(bytes("XADD"), STREAM, bytes(number + 1 + "-0"), FIELD, payload));
            }
            writer.answered.get(ANSWER_MAX_S, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("Not all taken", e);
        }
        last = first;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public Visit comeBack(Group group) throws IOException {
        Listeners listeners = new Listeners("resume");
        List<Returning> all = new ArrayList<>();
        for (int i = 0; i < group.subscribers(); i++) {
            Returning returning = new Returning(group, i, last);
            all.add(returning);
            listeners.begin(address, new RespFraming(), returning);
        }
        return new ListenersVisit(listeners, all);
    }

    /** Counts the answers to what it sent. */
    private static final class Writer extends Listeners.Listener {
        final CompletableFuture<Void> answered = new CompletableFuture<>();
        private int missing;

        Writer(int count) {
            missing = count;
        }

        @Override
        public void onOpen(Link link) {
            joined();
        }

        @Override
        public void onFrame(Link link, ByteBuffer frame) {
            if (--missing == 0) {
                answered.complete(null);
            }
        }
    }

    private static final class Returning extends Listeners.Listener {
        private final Group group;
        private final int number;
        private final long last;

        Returning(Group group, int number, long last) {
            this.group = group;
            this.number = number;
            this.last = last;
        }

        @Override
        public void onOpen(Link link) {
            link.send(RespFraming.command(bytes("XREAD"), bytes("STREAMS"), STREAM, bytes(last + "-0")));
        }

        /** All records in one answer; of its strings those as long as a payload are payloads. */
        @Override
        public void onFrame(Link link, ByteBuffer frame) {
            RespFraming.forEachBulk(frame, bulk -> {
                if (bulk.remaining() == Broadcaster.PAYLOAD_BYTES) {
                    group.received(number, bulk.getLong(0));
                }
            });
            joined();
        }
    }

    @Override
    public ProcessUsage usage() throws IOException {
        return server.usage();
    }

    @Override
    public void close() {
        server.close();
    }
}
