package io.topgun.loadtests.write;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.topgun.loadtests.ProcessUsage;
import io.topgun.loadtests.peers.Daemon;
import io.topgun.loadtests.peers.HazelcastMember;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Hazelcast through one client, which all writers share as its manual says: {@code setAsync}, or {@code putAllAsync} of a frame. */
final class HazelcastStore implements Store {
    private static final Duration JOIN_MAX = Duration.ofMinutes(1);
    private static final int POLL_MS = 100;

    private final List<Daemon> members = new ArrayList<>();
    private final HazelcastInstance client;
    private final IMap<String, byte[]> map;
    private final List<Puts> writers = new ArrayList<>();

    /** Starts so many members, with a synced backup of each entry if there are several. */
    HazelcastStore(Path directory, int count) throws IOException, InterruptedException {
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ports.add(Daemon.freePort());
        }
        for (int port : ports) {
            Path own = Files.createDirectories(directory.resolve("member-" + port));
            Daemon member = HazelcastMember.start(own, port, ports, Math.min(1, count - 1));
            members.add(member);
            member.await(port);
        }
        client = HazelcastMember.connect(ports.getFirst());
        long end = System.nanoTime() + JOIN_MAX.toNanos();
        while (client.getCluster().getMembers().size() < count) {
            if (System.nanoTime() > end) {
                throw new IOException("Only " + client.getCluster().getMembers() + " joined");
            }
            Thread.sleep(POLL_MS);
        }
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
        ProcessUsage usage = ProcessUsage.NONE;
        for (Daemon member : members) {
            usage = usage.plus(member.usage());
        }
        return usage;
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
        members.forEach(Daemon::close);
    }
}
