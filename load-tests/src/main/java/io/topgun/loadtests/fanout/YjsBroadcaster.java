package io.topgun.loadtests.fanout;

import io.topgun.loadtests.ProcessUsage;
import io.topgun.loadtests.bench.MissingPeer;
import io.topgun.loadtests.net.Link;
import io.topgun.loadtests.net.WebSocketFraming;
import io.topgun.loadtests.peers.Daemon;
import io.topgun.loadtests.peers.NodePackages;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The server of y-websocket: the group is a document, each change sets a key of a map in it. */
final class YjsBroadcaster implements Broadcaster {
    private final Daemon server;
    private final InetSocketAddress address;

    YjsBroadcaster(Path directory) throws IOException, InterruptedException, MissingPeer {
        int port = Daemon.freePort();
        String script = NodePackages.installed("clients", "node_modules/@y/websocket-server/src/server.js")
                .toString();
        server = Daemon.start(
                directory, Map.of("HOST", "127.0.0.1", "PORT", Integer.toString(port)), List.of("node", script));
        address = server.await(port);
    }

    @Override
    public Joined join(Group group) throws IOException, InterruptedException {
        Listeners listeners = new Listeners("fanout");
        URI uri = URI.create("ws://127.0.0.1:" + address.getPort() + "/" + group.name());
        List<Subscriber> all = IntStream.range(0, group.subscribers())
                .mapToObj(i -> new Subscriber(group, i))
                .toList();
        listeners.connectAll(address, () -> new WebSocketFraming(uri, ""), all);
        Link writer = listeners.connect(address, new WebSocketFraming(uri, ""), new Listeners.Sender());
        YjsUpdates updates = new YjsUpdates(Group.KEYS);
        return new Joined(
                listeners, (first, count, bytes) -> writer.send(ByteBuffer.wrap(updates.update(first, count, bytes))));
    }

    private static final class Subscriber extends Listeners.Listener {
        private final Group group;
        private final int number;

        Subscriber(Group group, int number) {
            this.group = group;
            this.number = number;
        }

        @Override
        public void onOpen(Link link) {
            link.send(ByteBuffer.wrap(YjsUpdates.STEP_1));
        }

        /** The server's question for what this one has, the answer to the same, then updates. */
        @Override
        public void onFrame(Link link, ByteBuffer frame) {
            if (YjsUpdates.isStep2(frame)) {
                joined();
                return;
            }
            YjsUpdates.Run run = YjsUpdates.read(frame);
            if (run.count() > 0) {
                group.framed();
            }
            for (int i = 0; i < run.count(); i++) {
                group.received(number, run.first() + i);
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
    public void close() {
        server.close();
    }
}
