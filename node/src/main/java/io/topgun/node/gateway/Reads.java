package io.topgun.node.gateway;

import io.topgun.node.partition.PartitionReplica;
import io.topgun.node.partition.ReadReply;
import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Message;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
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

    /** FETCHes that one frame may bring on top of those at which the socket waits. */
    private static final int FETCHES_MAX = 10_000;

    private static final int FETCH_DEPTH_MAX = 3;

    private final SessionSettings settings;
    private final Grid grid;
    private final Outbox outbox;
    private final Supplier<Set<String>> maps;
    private final Troubles troubles;
    private final ActorRef<ReadReply> replies;
    /** What a question is tagged with, by subscription: never used twice, unlike the ids, which are the client's. */
    private final Map<Long, Long> tags = new HashMap<>();

    private final Map<Long, CatchUp> waitingForHub = new HashMap<>();
    private final Map<Long, CatchUp> catchingUp = new LinkedHashMap<>();
    private final Queue<Message.Fetch> fetches = new ArrayDeque<>();
    private final Map<Long, Long> fetchedBy = new HashMap<>();
    private int underWay;
    private long nextTag;
    private boolean stopped;

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
     * @param maps all maps that are subscribed to now
     */
    Reads(
            SessionSettings settings,
            Grid grid,
            Outbox outbox,
            Supplier<Set<String>> maps,
            Troubles troubles,
            ActorRef<ReadReply> replies) {
        this.settings = settings;
        this.grid = grid;
        this.outbox = outbox;
        this.maps = maps;
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
        fetches.removeIf(fetch -> fetch.subId() == subId);
        fetchedBy.remove(FETCH_TAGS - tag);
    }

    /** A FETCH for a map of a subscription. */
    void fetch(Message.Fetch fetch) {
        if (fetches.size() >= FETCHES_MAX
                || fetch.depth() > FETCH_DEPTH_MAX
                || fetch.buckets().size() > 1 << (4 * fetch.depth())) {
            troubles.refused(
                    ErrorCode.TOO_MANY, "too many FETCHes wait, or it is too deep or for too much", fetch.subId());
            return;
        }
        fetches.add(fetch);
        readOn();
    }

    /** FETCHes that were not asked yet. */
    int fetchCount() {
        return fetches.size();
    }

    /** The connection is closing: nothing more is asked. */
    void stop() {
        stopped = true;
    }

    /** A replica has answered. */
    void onReply(ReadReply reply) {
        underWay -= reply.isLast() ? 1 : 0;
        if (reply.tag() == BEHIND_TAG) {
            onReadBehind((ReadReply.Chunk) reply);
        } else if (reply.tag() < 0) {
            onFetched(reply);
        } else {
            onCaughtUp(reply);
        }
        readOn();
    }

    private void onReadBehind(ReadReply.Chunk chunk) {
        outbox.add(new Message.Delta(chunk.partition(), 0, chunk.seq(), chunk.entries()));
        if (chunk.more()) {
            askBehind(chunk.partition(), chunk.seq());
        } else {
            outbox.readAgainDone(chunk.partition());
        }
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
            askBehind(behind.get().getKey(), behind.get().getValue());
        }
        while (mayRead() && !fetches.isEmpty()) {
            askFor(fetches.remove());
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

    private void askBehind(int partition, long fromSeq) {
        if (!ask(
                partition,
                new PartitionReplica.Read(BEHIND_TAG, maps.get(), fromSeq, settings.chunkBytes(), replies))) {
            troubles.unreachable();
        }
    }

    private void askFor(Message.Fetch fetch) {
        long tag = FETCH_TAGS - Objects.requireNonNull(tags.get(fetch.subId()));
        fetchedBy.put(tag, fetch.subId());
        boolean asked = fetch.buckets().isEmpty()
                ? ask(fetch.partition(), new PartitionReplica.ReadDigests(tag, fetch.map(), fetch.depth(), replies))
                : ask(
                        fetch.partition(),
                        new PartitionReplica.ReadBuckets(
                                tag, fetch.map(), fetch.depth(), fetch.buckets(), settings.chunkBytes(), replies));
        if (!asked) {
            troubles.refused(ErrorCode.OVERLOADED, "the partition has no replica here", fetch.subId());
        }
    }

    private void askFor(long tag, CatchUp catchUp, CatchUp.From from) {
        Set<String> wanted = catchUp.maps();
        boolean asked = ask(
                from.partition(),
                from.resumed()
                        ? new PartitionReplica.Resume(tag, wanted, from.seq(), settings.chunkBytes(), replies)
                        : new PartitionReplica.Read(tag, wanted, from.seq(), settings.chunkBytes(), replies));
        if (!asked) {
            troubles.unreachable();
        }
    }

    private boolean ask(int partition, PartitionReplica.Command question) {
        boolean asked = grid.ask(partition, question);
        underWay += asked ? 1 : 0;
        return asked;
    }
}
