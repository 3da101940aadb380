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
import java.util.List;
import java.util.stream.IntStream;

/** Redis' SUBSCRIBE and PUBLISH. */
final class RedisBroadcaster implements Broadcaster {
    private static final int CRLF_BYTES = 2;

    private final Daemon server;
    private final InetSocketAddress address;

    RedisBroadcaster(Path directory) throws IOException, InterruptedException, MissingPeer {
        int port = Daemon.freePort();
        server = Redis.start(directory, port, false);
        address = server.await(port);
    }

    @Override
    public Joined join(Group group) throws IOException, InterruptedException {
        Listeners listeners = new Listeners("fanout");
        byte[] name = bytes(group.name());
        List<Subscriber> all = IntStream.range(0, group.subscribers())
                .mapToObj(i -> new Subscriber(group, i))
                .toList();
        listeners.connectAll(address, RespFraming::new, all);
        Link writer = listeners.connect(address, new RespFraming(), new Listeners.Sender());
        return new Joined(listeners, (first, count, bytes) -> {
            ByteBuffer out = ByteBuffer.allocate(count * (bytes + PAYLOAD_BYTES));
            for (long number = first; number < first + count; number++) {
                RespFraming.append(
                        out,
                        bytes("PUBLISH"),
                        name,
                        Listeners.payload(number, bytes).array());
            }
            writer.send(out.flip());
        });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static final class Subscriber extends Listeners.Listener {
        private final Group group;
        private final int number;
        private boolean subscribed;

        Subscriber(Group group, int number) {
            this.group = group;
            this.number = number;
        }

        @Override
        public void onOpen(Link link) {
            link.send(RespFraming.command(bytes("SUBSCRIBE"), bytes(group.name())));
        }

        /** The answer to SUBSCRIBE, then messages, whose last bulk is the payload. */
        @Override
        public void onFrame(Link link, ByteBuffer frame) {
            if (subscribed) {
                group.framed();
                group.received(number, frame.getLong(frame.limit() - CRLF_BYTES - PAYLOAD_BYTES));
            } else {
                subscribed = true;
                joined();
            }
        }
    }

    @Override
    public ProcessUsage usage() throws IOException {
        return server.usage();
    }

    @Override
    public long pid() {
        return server.pid();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
