package io.topgun.loadtests.fanout;

import io.topgun.loadtests.ProcessUsage;
import io.topgun.loadtests.net.Link;
import io.topgun.loadtests.net.WebSocketFraming;
import io.topgun.loadtests.peers.Daemon;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A server that passes on each WebSocket frame to all others of its path. */
final class SocketBroadcaster implements Broadcaster {
    private final Daemon server;
    private final InetSocketAddress address;

    /** Starts a command, behind which its port is put. */
    SocketBroadcaster(Path directory, List<String> command) throws IOException, InterruptedException {
        int port = Daemon.freePort();
        List<String> whole = new ArrayList<>(command);
        whole.add(Integer.toString(port));
        server = Daemon.start(directory, Map.of(), whole);
        address = server.await(port);
    }

    @Override
    public Joined join(Group group) throws IOException, InterruptedException {
        Listeners listeners = new Listeners("fanout");
        URI uri = URI.create("ws://127.0.0.1:" + address.getPort() + "/" + group.name());
        List<Listeners.RawListener> all = IntStream.range(0, group.subscribers())
                .mapToObj(i -> new Listeners.RawListener(group, i))
                .toList();
        listeners.connectAll(address, () -> new WebSocketFraming(uri, ""), all);
        Link writer = listeners.connect(address, new WebSocketFraming(uri, ""), new Listeners.Sender());
        return new Joined(listeners, (first, count, bytes) -> {
            for (long number = first; number < first + count; number++) {
                writer.send(Listeners.payload(number, bytes));
            }
        });
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
