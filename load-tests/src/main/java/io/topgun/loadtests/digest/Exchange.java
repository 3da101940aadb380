package io.topgun.loadtests.digest;

import io.topgun.crdt.Partitions;
import io.topgun.loadtests.net.Link;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.Limits;
import io.topgun.protocol.Message;
import io.topgun.protocol.MessageCodec;
import io.topgun.protocol.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One connection that brings a copy of a map up to date, by digests or by everything, and tells what that took. */
final class Exchange implements Link.Handler {
    private static final long SUB_ID = 0;
    /** Good nowhere. */
    private static final Position NOWHERE = new Position(0, 0, 0);

    private final String map;
    private final Copy copy;
    private final boolean byDigests;
    private final List<Repair> repairs = new ArrayList<>();
    private final List<Message> crossed = new ArrayList<>();
    private final CompletableFuture<Taken> done = new CompletableFuture<>();
    private boolean synced;
    private long startNanos;
    private long bytesBefore;

    /**
     * What it took, from the SUBSCRIBE on.
     *
     * @param roundTrips of the partition that took most, the SUBSCRIBE included
     * @param bytes of all frames, both ways
     * @param bytesOfEqual of the messages of a partition in which nothing differed, at most
     * @param bytesOfRepaired of the messages of a partition in which something did, at most
     */
    record Taken(long nanos, int roundTrips, long bytes, long bytesOfEqual, long bytesOfRepaired) {}

    Exchange(String map, Copy copy, boolean byDigests) {
        this.map = map;
        this.copy = copy;
        this.byDigests = byDigests;
        for (int partition = 0; partition < Partitions.COUNT; partition++) {
            repairs.add(new Repair(SUB_ID, map, partition, copy.slice(partition)));
        }
    }

    CompletableFuture<Taken> done() {
        return done;
    }

    @Override
    public void onOpen(Link link) {
        Message hello = Message.Hello.of("digests", Optional.empty(), System.currentTimeMillis(), "topgun-bench");
        link.send(ByteBuffer.wrap(MessageCodec.encode(hello)));
    }

    @Override
    public void onFrame(Link link, ByteBuffer frame) {
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        try {
            List<Message> answers = new ArrayList<>();
            for (Message message : MessageCodec.decode(bytes, Limits.defaults())) {
                on(message, link).ifPresent(answers::add);
            }
            send(link, answers);
            if (synced && (!byDigests || repairs.stream().allMatch(Repair::isDone)) && !done.isDone()) {
                done.complete(taken(System.nanoTime() - startNanos, link.bytes() - bytesBefore));
            }
        } catch (IllegalStateException e) {
            done.completeExceptionally(e);
        }
    }

    private static void send(Link link, List<Message> messages) {
        if (!messages.isEmpty()) {
            CborWriter out = new CborWriter();
            messages.forEach(message -> MessageCodec.encode(message, out));
            link.send(ByteBuffer.wrap(out.toByteArray()));
        }
    }

    private Optional<Message> on(Message message, Link link) {
        return switch (message) {
            case Message.Welcome welcome -> {
                startNanos = System.nanoTime();
                bytesBefore = link.bytes();
                yield Optional.of(new Message.Subscribe(SUB_ID, List.of(map), byDigests ? nowhere() : Map.of()));
            }
            case Message.Synced all -> {
                synced = true;
                yield Optional.empty();
            }
            case Message.Snapshot chunk -> {
                copy.slice(chunk.partition()).putAll(chunk.entries());
                yield Optional.empty();
            }
            case Message.Ping ping -> Optional.of(new Message.Pong(ping.id(), System.currentTimeMillis()));
            case Message.Store store -> Optional.empty();
            case Message.Nodes nodes -> Optional.empty();
            case Message.Frontier frontier -> Optional.empty();
            default -> repair(message);
        };
    }

    private Optional<Message> repair(Message answer) {
        crossed.add(answer);
        Optional<Message> question = repairs.get(partition(answer)).on(answer);
        question.ifPresent(crossed::add);
        return question;
    }

    private static Map<Integer, Position> nowhere() {
        Map<Integer, Position> positions = new HashMap<>();
        for (int partition = 0; partition < Partitions.COUNT; partition++) {
            positions.put(partition, NOWHERE);
        }
        return positions;
    }

    private static int partition(Message message) {
        return switch (message) {
            case Message.Digest digest -> digest.partition();
            case Message.Buckets buckets -> buckets.partition();
            case Message.Keys keys -> keys.partition();
            case Message.Cells cells -> cells.partition();
            case Message.Fetch fetch -> fetch.partition();
            case Message.Pick pick -> pick.partition();
            default -> throw new IllegalStateException("Not expected: " + message);
        };
    }

    private Taken taken(long nanos, long bytes) {
        long[] byPartition = new long[Partitions.COUNT];
        crossed.forEach(message -> byPartition[partition(message)] += MessageCodec.encode(message).length);
        int questions = 0;
        long ofEqual = 0;
        long ofRepaired = 0;
        for (int partition = 0; partition < Partitions.COUNT; partition++) {
            int asked = repairs.get(partition).questions();
            questions = Math.max(questions, asked);
            if (asked == 0) {
                ofEqual = Math.max(ofEqual, byPartition[partition]);
            } else {
                ofRepaired = Math.max(ofRepaired, byPartition[partition]);
            }
        }
        return new Taken(nanos, 1 + questions, bytes, ofEqual, ofRepaired);
    }

    @Override
    public void onLost(Link link, IOException why) {
        done.completeExceptionally(why);
    }
}
