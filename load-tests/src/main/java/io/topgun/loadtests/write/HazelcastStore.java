package io.topgun.loadtests.write;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.topgun.loadtests.ProcessUsage;
import io.topgun.loadtests.peers.Daemon;
import io.topgun.loadtests.peers.HazelcastMember;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Hazelcast through one client, which all writers share as its manual says: {@code setAsync}, or {@code putAllAsync} of a frame. */
final class HazelcastStore implements Store {
    private final Daemon member;
    private final HazelcastInstance client;
    private final IMap<String, byte[]> map;
    private final List<Puts> writers = new ArrayList<>();

    HazelcastStore(Path directory) throws IOException, InterruptedException {
        int port = Daemon.freePort();
        member = HazelcastMember.start(directory, port);
        member.await(port);
        ClientConfig config = new ClientConfig();
        config.getNetworkConfig().addAddress("127.0.0.1:" + port);
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.logging.type", "none");
        client = HazelcastClient.newHazelcastClient(config);
        map = client.getMap("bench");
        for (int i = 0; i < WriteLoad.CONNECTIONS; i++) {
            writers.add(new Puts(i));
        }
    }

    @Override
    public List<Connection> connections() {
        return writers.stream().<Connection>map(puts -> ops -> write(puts, ops)).toList();
    }

    private CompletableFuture<Void> write(Puts puts, int ops) {
        if (ops == 1) {
            Puts.Put put = puts.next();
            return map.setAsync(put.key(), put.valueBytes()).toCompletableFuture();
        }
        Map<String, byte[]> batch = new HashMap<>();
        for (int i = 0; i < ops; i++) {
            Puts.Put put = puts.next();
            batch.put(put.key(), put.valueBytes());
        }
        return map.putAllAsync(batch).toCompletableFuture();
    }

    @Override
    public ProcessUsage usage() throws IOException {
        return member.usage();
    }

    @Override
    public String prove() {
        int compared = 0;
        for (Puts writer : writers) {
            Map<String, byte[]> wanted = new HashMap<>();
            writer.last().forEach(put -> wanted.put(put.key(), put.valueBytes()));
            Map<String, byte[]> found = map.getAll(wanted.keySet());
            wanted.forEach((key, value) -> {
                if (!Arrays.equals(value, found.get(key))) {
                    throw new IllegalStateException("Lost: " + key);
                }
            });
            compared += wanted.size();
        }
        return compared + " values equal to the last ones acknowledged";
    }

    @Override
    public void close() {
        client.shutdown();
        member.close();
    }
}
