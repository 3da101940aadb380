package io.topgun.loadtests.fanout;

import io.topgun.crdt.HybridClock;
import io.topgun.crdt.Life;
import io.topgun.crdt.ValueCell;
import io.topgun.loadtests.NodeProcess;
import io.topgun.loadtests.ProcessUsage;
import io.topgun.loadtests.net.Link;
import io.topgun.loadtests.net.WebSocketFraming;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Level;
import io.topgun.protocol.Message;
import io.topgun.protocol.Op;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Our node: the group is a map, all subscribe to it, each change is a write to a key of its own. */
final class TopGunBroadcaster implements Broadcaster {
    private static final Duration START_MAX = Duration.ofMinutes(1);
    /** More than can be on their way, so that no change takes the place of another. */
    private static final int KEYS = 2_000;

    private final NodeProcess node;
    private final URI uri;
    private final InetSocketAddress address;
    private final Listeners listeners;

    TopGunBroadcaster(Path directory) throws IOException, InterruptedException {
        node = NodeProcess.start(directory, List.of(), List.of());
        uri = node.awaitReady(START_MAX);
        address = new InetSocketAddress(uri.getHost(), uri.getPort());
        listeners = new Listeners("fanout");
    }

    @Override
    public Publisher join(Group group) throws IOException, InterruptedException {
        List<Subscriber> all = IntStream.range(0, group.subscribers())
                .mapToObj(i -> new Subscriber(group, i))
                .toList();
        listeners.connectAll(address, () -> new WebSocketFraming(uri, "topgun.1"), all);
        String name = "w" + group.subscribers();
        Link writer = listeners.connect(address, new WebSocketFraming(uri, "topgun.1"), new Writer(name));
        HybridClock clock = new HybridClock(System::currentTimeMillis, name);
        return (first, count) -> {
            List<Op> ops = new ArrayList<>(count);
            for (long number = first; number < first + count; number++) {
                byte[] value = new CborWriter()
                        .bytes(Listeners.payload(number).array())
                        .toByteArray();
                ops.add(new Op(
                        number, group.name(), "key" + number % KEYS, ValueCell.set(clock.next(), value, Life.FOREVER)));
            }
            writer.send(NodeClient.encoded(new Message.Ops(Level.APPLIED, ops, List.of())));
        };
    }

    private static final class Subscriber extends NodeClient {
        private final Group group;
        private final int number;

        Subscriber(Group group, int number) {
            super("s" + number);
            this.group = group;
            this.number = number;
        }

        @Override
        void onMessage(Link link, Message message) {
            if (message instanceof Message.Welcome) {
                link.send(NodeClient.encoded(new Message.Subscribe(0, List.of(group.name()), Map.of())));
            } else if (message instanceof Message.Synced) {
                joined();
            } else if (message instanceof Message.Delta delta) {
                delta.entries().forEach(this::received);
            }
        }

        private void received(Entry entry) {
            byte[] value = ((ValueCell) entry.cell()).value().orElseThrow();
            group.received(number, ByteBuffer.wrap(value).getLong(value.length - PAYLOAD_BYTES));
        }

        @Override
        void onDeltas() {
            group.framed();
        }
    }

    private static final class Writer extends NodeClient {
        Writer(String name) {
            super(name);
        }

        @Override
        void onMessage(Link link, Message message) {
            if (message instanceof Message.Welcome) {
                joined();
            } else if (message instanceof Message.Ack ack && !ack.rejections().isEmpty()) {
                throw new IllegalStateException("Refused: " + ack.rejections());
            }
        }
    }

    @Override
    public ProcessUsage usage() throws IOException {
        return ProcessUsage.of(node.pid());
    }

    @Override
    public long pid() {
        return node.pid();
    }

    @Override
    public void close() throws IOException {
        listeners.close();
        node.close();
    }
}
