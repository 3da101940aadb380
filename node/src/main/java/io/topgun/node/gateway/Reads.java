package io.topgun.node.gateway;

import io.topgun.node.partition.Cursor;
import io.topgun.node.partition.PartitionReplica;
import io.topgun.node.partition.ReadReply;
import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Message;
import io.topgun.protocol.Prefixes;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What one connection has to ask the replicas: subscriptions that catch up, FETCHes, and what its slow socket made us let go.
 *
 * <p>So many questions at a time as the settings say, and none while enough answers wait for the socket.
 */
final class Reads {
    private static final long BEHIND_TAG = -1;
    private static final long FETCH_TAGS = -2;
    /** Messages that may wait before reading pauses; each is a chunk of at most {@code chunkBytes}. */
    private static final int WAITING_MESSAGES_MAX = 16;

    /** FETCHes that may wait before the socket does: a client that repairs several maps asks for all partitions at once. */
    private static final int FETCHES_WAITING_MAX = 300;

    /** Prefixes of PICKs that may wait before the socket does. One frame may bring more. */
    private static final int PREFIXES_WAITING_MAX = 16_384;

    /** FETCHes that one frame may bring on top. */
    private static final int FETCHES_MAX = 10_000;

    private static final int FETCH_DEPTH_MAX = 3;

    private final SessionSettings settings;
    private final Grid grid;
    private final Outbox outbox;
    private final Supplier<Map<Long, Set<String>>> subscriptions;
    private final Troubles troubles;
    private final ActorRef<ReadReply> replies;
    /** What a question is tagged with, by subscription: never used twice, unlike the ids, which are the client's. */
    private final Map<Long, Long> tags = new HashMap<>();

    private final Map<Long, CatchUp> waitingForHub = new HashMap<>();
    private final Map<Long, CatchUp> catchingUp = new LinkedHashMap<>();
    private final Queue<Fetch> fetches = new ArrayDeque<>();
    private final Map<Long, Long> fetchedBy = new HashMap<>();
    private int prefixesWaiting;
    private int underWay;
    private long nextTag;
    private boolean stopped;

    /** A FETCH or PICK that waits: how many prefixes it has, and how it is asked with a tag. */
    private record Fetch(long subId, int partition, int prefixes, LongFunction<PartitionReplica.Command> question) {}

    /** Who is told what cannot be read. */
    interface Troubles {
        /** A question of this subscription is refused. */
        void refused(ErrorCode code, String text, long subId);

        /** A partition that must be read has no replica here. */
        void unreachable();
    }

    /**
     * No questions.
     *
     * @param subscriptions the maps of each subscription there is now
     */
    Reads(
            SessionSettings settings,
            Grid grid,
            Outbox outbox,
            Supplier<Map<Long, Set<String>>> subscriptions,
            Troubles troubles,
            ActorRef<ReadReply> replies) {
        this.settings = settings;
        this.grid = grid;
        this.outbox = outbox;
        this.subscriptions = subscriptions;
        this.troubles = troubles;
        this.replies = replies;
    }

    /** A subscription begins; reading waits until the hub tells its changes. Returns the tag to ask the hub with. */
    long begin(long subId, Set<String> wanted, Map<Integer, Long> positions) {
        long tag = nextTag++;
        tags.put(subId, tag);
        waitingForHub.put(tag, new CatchUp(subId, wanted, positions));
        return tag;
    }

    /** The hub tells every later change, so what is read from now on leaves no gap. */
    void onInterest(long tag) {
        CatchUp catchUp = waitingForHub.remove(tag);
        if (catchUp != null) {
            catchingUp.put(tag, catchUp);
        }
        readOn();
    }

    /** A subscription ends: nothing more is asked for it, and what was asked is not passed on. */
    void end(long subId) {
        long tag = Objects.requireNonNull(tags.remove(subId));
        waitingForHub.remove(tag);
        catchingUp.remove(tag);
        fetches.removeIf(fetch -> {
            boolean ended = fetch.subId() == subId;
            prefixesWaiting -= ended ? fetch.prefixes() : 0;
            return ended;
        });
        fetchedBy.remove(FETCH_TAGS - tag);
    }

    /** A FETCH for a map of a subscription. */
    void fetch(Message.Fetch fetch) {
        int bytesMax = settings.chunkBytes();
        OptionalInt width = fetch.width();
        LongFunction<PartitionReplica.Command> question = tag -> {
            if (fetch.buckets().isEmpty()) {
                return new PartitionReplica.ReadDigests(
                        tag, fetch.map(), fetch.depth(), width.orElse(Prefixes.WIDTH_MAX), replies);
            }
            return width.isPresent()
                    ? new PartitionReplica.ReadKeys(
                            tag, fetch.map(), fetch.depth(), width.getAsInt(), fetch.buckets(), bytesMax, replies)
                    : new PartitionReplica.ReadBuckets(
                            tag, fetch.map(), fetch.depth(), fetch.buckets(), bytesMax, replies);
        };
        add(fetch.depth(), fetch.buckets().size(), new Fetch(fetch.subId(), fetch.partition(), 0, question));
    }

    /** A PICK for a map of a subscription. */
    void pick(Message.Pick pick) {
        int prefixes = 0;
        for (Prefixes bucket : pick.buckets()) {
            prefixes += bucket.prefixes().size();
        }
        LongFunction<PartitionReplica.Command> question = tag -> new PartitionReplica.PickCells(
                tag, pick.map(), pick.depth(), pick.width(), pick.buckets(), settings.chunkBytes(), replies);
        add(pick.depth(), pick.buckets().size(), new Fetch(pick.subId(), pick.partition(), prefixes, question));
    }

    private void add(int depth, int buckets, Fetch fetch) {
        if (fetches.size() >= FETCHES_MAX || depth > FETCH_DEPTH_MAX || buckets > 1 << (4 * depth)) {
            troubles.refused(
                    ErrorCode.TOO_MANY, "too many FETCHes wait, or it is too deep or for too much", fetch.subId());
            return;
        }
        fetches.add(fetch);
        prefixesWaiting += fetch.prefixes();
        readOn();
    }

    /** Whether so much waits to be asked that no more should come. */
    boolean isFull() {
        return fetches.size() >= FETCHES_WAITING_MAX || prefixesWaiting >= PREFIXES_WAITING_MAX;
    }

    /** The connection is closing: nothing more is asked. */
    void stop() {
        stopped = true;
    }

    /** A replica has answered. */
    void onReply(ReadReply reply) {
        underWay -= reply.isLast() ? 1 : 0;
        if (reply.tag() == BEHIND_TAG) {
            onReadBehind(reply);
        } else if (reply.tag() < 0) {
            onFetched(reply);
        } else {
            onCaughtUp(reply);
        }
        readOn();
    }

    private void onReadBehind(ReadReply reply) {
        switch (reply) {
            case ReadReply.Chunk chunk -> {
                outbox.add(new Message.Delta(chunk.partition(), 0, chunk.next().seq(), chunk.entries()));
                if (chunk.more()) {
                    askBehind(chunk.partition(), chunk.next());
                } else {
                    onBehindDone(chunk.partition(), chunk.next().seq(), chunk.frontierMs());
                }
            }
            case ReadReply.Digests digests -> {
                subscriptions.get().forEach((subId, maps) -> {
                    if (maps.contains(digests.map())) {
                        outbox.add(CatchUp.toMessage(subId, digests));
                    }
                });
                if (digests.isLast()) {
                    outbox.readAgainDone(digests.partition());
                }
            }
            case ReadReply.Buckets other -> throw new IllegalStateException("not asked for: " + other.getClass());
            case ReadReply.Keys other -> throw new IllegalStateException("not asked for: " + other.getClass());
            case ReadReply.Cells other -> throw new IllegalStateException("not asked for: " + other.getClass());
        }
    }

    /** Among what was let go there may have been a FRONTIER. */
    private void onBehindDone(int partition, long seq, long frontierMs) {
        if (frontierMs > 0) {
            outbox.add(new Message.Frontier(partition, 0, seq, frontierMs));
        }
        outbox.readAgainDone(partition);
    }

    private void onFetched(ReadReply reply) {
        Long subId = fetchedBy.get(reply.tag());
        if (subId != null) { // else unsubscribed meanwhile
            outbox.add(CatchUp.toMessage(subId, reply));
        }
    }

    private void onCaughtUp(ReadReply reply) {
        CatchUp catchUp = catchingUp.get(reply.tag());
        if (catchUp == null) {
            return; // unsubscribed meanwhile
        }
        outbox.add(CatchUp.toMessage(catchUp.subId(), reply));
        catchUp.onReply(reply).ifPresent(from -> askFor(reply.tag(), catchUp, from));
        if (catchUp.isDone()) {
            outbox.add(new Message.Synced(catchUp.subId()));
            catchingUp.remove(reply.tag());
        }
    }

    /** Asks where there is room: first for what a slow socket made us let go, then for subscriptions that are catching up. */
    void readOn() {
        while (mayRead()) {
            Optional<Map.Entry<Integer, Long>> behind = outbox.takeBehind();
            if (behind.isEmpty()) {
                break;
            }
            askBehind(behind.get().getKey(), Cursor.at(behind.get().getValue()));
        }
        while (mayRead() && !fetches.isEmpty()) {
            Fetch next = fetches.remove();
            prefixesWaiting -= next.prefixes();
            askFor(next);
        }
        for (Map.Entry<Long, CatchUp> entry : catchingUp.entrySet()) {
            Optional<CatchUp.From> from = mayRead() ? entry.getValue().next() : Optional.empty();
            while (from.isPresent()) {
                askFor(entry.getKey(), entry.getValue(), from.get());
                from = mayRead() ? entry.getValue().next() : Optional.empty();
            }
        }
    }

    private boolean mayRead() {
        return underWay < settings.readsMax() && outbox.messageCount() < WAITING_MESSAGES_MAX && !stopped;
    }

    private void askBehind(int partition, Cursor from) {
        Set<String> maps = new HashSet<>();
        subscriptions.get().values().forEach(maps::addAll);
        if (maps.isEmpty()) {
            outbox.readAgainDone(partition);
        } else if (!ask(partition, new PartitionReplica.Read(BEHIND_TAG, maps, from, settings.chunkBytes(), replies))) {
            troubles.unreachable();
        }
    }

    private void askFor(Fetch fetch) {
        long tag = FETCH_TAGS - Objects.requireNonNull(tags.get(fetch.subId()));
        fetchedBy.put(tag, fetch.subId());
        if (!ask(fetch.partition(), fetch.question().apply(tag))) {
            troubles.refused(ErrorCode.OVERLOADED, "the partition has no replica here", fetch.subId());
        }
    }

    private void askFor(long tag, CatchUp catchUp, CatchUp.From from) {
        if (!ask(
                from.partition(),
                new PartitionReplica.Read(tag, catchUp.maps(), from.cursor(), settings.chunkBytes(), replies))) {
            troubles.unreachable();
        }
    }

    private boolean ask(int partition, PartitionReplica.Command question) {
        boolean asked = grid.ask(partition, question);
        underWay += asked ? 1 : 0;
        return asked;
    }
}
