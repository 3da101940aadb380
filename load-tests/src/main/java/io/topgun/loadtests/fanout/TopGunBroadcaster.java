package io.topgun.loadtests.fanout;

import io.topgun.crdt.HybridClock;
import io.topgun.crdt.Life;
import io.topgun.crdt.ValueCell;
import io.topgun.loadtests.NodeProcess;
import io.topgun.loadtests.ProcessUsage;
import io.topgun.loadtests.net.Link;
import io.topgun.loadtests.net.WebSocketFraming;
import io.topgun.protocol.CborReader;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Level;
import io.topgun.protocol.Message;
import io.topgun.protocol.Op;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Our node: the group is a map, all subscribe to it, each change is a write to a key of its own. */
final class TopGunBroadcaster implements Broadcaster {
    private static final Duration START_MAX = Duration.ofMinutes(1);

    private final NodeProcess node;
    private final URI uri;
    private final InetSocketAddress address;

    TopGunBroadcaster(Path directory) throws IOException, InterruptedException {
        this(directory, List.of(), List.of());
    }

    /** With flags of the JVM and of the node. */
    TopGunBroadcaster(Path directory, List<String> jvmFlags, List<String> flags)
            throws IOException, InterruptedException {
        node = NodeProcess.start(directory, jvmFlags, flags);
        uri = node.awaitReady(START_MAX);
        address = new InetSocketAddress(uri.getHost(), uri.getPort());
    }

    @Override
    public Joined join(Group group) throws IOException, InterruptedException {
        Listeners listeners = new Listeners("fanout");
        List<Subscriber> all = IntStream.range(0, group.subscribers())
                .mapToObj(i -> new Subscriber(group, i))
                .toList();
        listeners.connectAll(address, () -> new WebSocketFraming(uri, "topgun.1"), all);
        String name = "w" + group.subscribers();
        Link writer = listeners.connect(address, new WebSocketFraming(uri, "topgun.1"), new Writer(name));
        HybridClock clock = new HybridClock(System::currentTimeMillis, name);
        return new Joined(listeners, (first, count, bytes) -> {
            List<Op> ops = new ArrayList<>(count);
            for (long number = first; number < first + count; number++) {
                byte[] value = new CborWriter()
                        .bytes(Listeners.payload(number, bytes).array())
                        .toByteArray();
                ops.add(new Op(
                        number,
                        group.name(),
                        "key" + group.key(number),
                        ValueCell.set(clock.next(), value, Life.FOREVER)));
            }
            writer.send(NodeClient.encoded(new Message.Ops(Level.APPLIED, ops, List.of())));
        });
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
        int receiveBytes() {
            return group.receiveBytes(number);
        }

        @Override
        void onMessage(Link link, Message message) {
            switch (message) {
                case Message.Welcome welcome -> {
                    group.opened(number, link);
                    link.send(NodeClient.encoded(new Message.Subscribe(0, List.of(group.name()), Map.of())));
                }
                case Message.Synced synced -> joined();
                case Message.Delta delta -> delta.entries().forEach(this::received);
                case Message.Error error -> throw new IllegalStateException(error.toString());
                default -> {}
            }
        }

        private void received(Entry entry) {
            byte[] value = ((ValueCell) entry.cell()).value().orElseThrow();
            group.received(
                    number, ByteBuffer.wrap(new CborReader(value).bytes()).getLong());
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

    /** Times that what waited for a slow reader was let go. */
    long overflows() throws IOException {
        try (InputStream metrics =
                URI.create("http://" + uri.getAuthority() + "/metrics").toURL().openStream()) {
            return new String(metrics.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("topgun_outbox_overflows_total "))
                    .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' '))))
                    .findFirst()
                    .orElseThrow(() -> new IOException("No count of overflows"));
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
        node.close();
    }
}
