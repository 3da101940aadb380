package io.topgun.loadtests.fanout;

import io.topgun.crdt.HybridClock;
import io.topgun.crdt.Life;
import io.topgun.crdt.ValueCell;
import io.topgun.loadtests.Filling;
import io.topgun.loadtests.NodeProcess;
import io.topgun.loadtests.ProcessUsage;
import io.topgun.loadtests.net.Link;
import io.topgun.loadtests.net.WebSocketFraming;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Level;
import io.topgun.protocol.Message;
import io.topgun.protocol.Op;
import io.topgun.protocol.Position;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Our node: everybody comes back with the positions up to which they have everything. */
final class TopGunRejoined implements Rejoinable {
    private static final Duration START_MAX = Duration.ofMinutes(1);
    private static final String MAP = "bench-resume";
    /** More than are missed at a time, so that no change takes the place of another. */
    private static final int KEYS = 2_000;

    private final NodeProcess node;
    private final URI uri;
    private final HybridClock clock = new HybridClock(System::currentTimeMillis, "writer");
    private final Map<Integer, Map<Integer, Position>> positions = new HashMap<>();

    TopGunRejoined(Path directory) throws IOException, InterruptedException {
        node = NodeProcess.start(directory, List.of(), List.of());
        uri = node.awaitReady(START_MAX);
    }

    @Override
    public void publish(long first, int count) throws IOException, InterruptedException {
        Filling.write(uri, "writer", Level.PERSISTED, count, id -> op(first + id));
    }

    private Op op(long number) {
        byte[] payload = Listeners.payload(number).array();
        byte[] value = new CborWriter().bytes(payload).toByteArray();
        return new Op(number, MAP, "key" + number % KEYS, ValueCell.set(clock.next(), value, Life.FOREVER));
    }

    @Override
    public Visit comeBack(Group group) throws IOException {
        Listeners listeners = new Listeners("resume");
        InetSocketAddress address = new InetSocketAddress(uri.getHost(), uri.getPort());
        List<Returning> all = new ArrayList<>();
        for (int i = 0; i < group.subscribers(); i++) {
            Returning returning = new Returning(group, i, positions.computeIfAbsent(i, none -> new HashMap<>()));
            all.add(returning);
            listeners.begin(address, new WebSocketFraming(uri, "topgun.1"), returning);
        }
        return new ListenersVisit(listeners, all);
    }

    private static final class Returning extends NodeClient {
        private final Group group;
        private final int number;
        private final Map<Integer, Position> positions;
        private final Map<Integer, Message.Store> stores = new HashMap<>();

        Returning(Group group, int number, Map<Integer, Position> positions) {
            super("s" + number);
            this.group = group;
            this.number = number;
            this.positions = positions;
        }

        @Override
        void onMessage(Link link, Message message) {
            switch (message) {
                case Message.Welcome welcome -> link.send(encoded(new Message.Subscribe(0, List.of(MAP), positions)));
                case Message.Store store -> stores.put(store.ref(), store);
                case Message.Snapshot chunk -> take(chunk);
                case Message.Synced synced -> joined();
                case Message.Digest digest -> throw new IllegalStateException("Its position is not taken: " + digest);
                case Message.Error error -> throw new IllegalStateException(error.toString());
                default -> {}
            }
        }

        private void take(Message.Snapshot chunk) {
            for (Entry entry : chunk.entries()) {
                byte[] value = ((ValueCell) entry.cell()).value().orElseThrow();
                group.received(number, ByteBuffer.wrap(value).getLong(value.length - Broadcaster.PAYLOAD_BYTES));
            }
            Message.Store store = stores.get(chunk.ref());
            if (!chunk.more() && store != null) {
                positions.put(chunk.partition(), new Position(store.storeId(), store.incarnation(), chunk.seq()));
            }
        }
    }

    @Override
    public ProcessUsage usage() throws IOException {
        return ProcessUsage.of(node.pid());
    }

    @Override
    public void close() {
        node.close();
    }
}
