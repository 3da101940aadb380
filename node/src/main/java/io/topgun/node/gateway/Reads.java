package io.topgun.node.gateway;

import io.topgun.node.gateway.Questions.Purpose;
import io.topgun.node.gateway.Questions.Question;
import io.topgun.node.hub.Source;
import io.topgun.node.hub.SourceTable;
import io.topgun.node.partition.Cursor;
import io.topgun.node.partition.PartitionReplica;
import io.topgun.node.partition.ReadReply;
import io.topgun.node.partition.SharedChunk;
import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Message;
import io.topgun.protocol.Position;
import io.topgun.protocol.Prefixes;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What one connection has to ask the replicas: subscriptions that catch up, FETCHes, what its slow socket made us let go, and what other
 * sources bring.
 *
 * <p>So many questions at a time as the settings say, and none while enough answers wait for the socket.
 */
final class Reads {
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
    /** What the hub knows a subscription by: never used twice, unlike the ids, which are the client's. */
    private final Map<Long, Long> tags = new HashMap<>();

    private final Map<Long, CatchUp> waitingForHub = new HashMap<>();
    private final Map<Long, CatchUp> catchingUp = new LinkedHashMap<>();
    private final Deque<Question> fetches = new ArrayDeque<>();
    private final Questions questions;
    private SourceTable sources = SourceTable.NONE;
    private int prefixesWaiting;
    private long nextTag;
    private boolean stopped;

    /** Who is told what cannot be read. */
    @FunctionalInterface
    interface Troubles {
        /** A question of this subscription is refused. */
        void refused(ErrorCode code, String text, long subId);
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
            Answers.Address answers) {
        this.settings = settings;
        this.grid = grid;
        this.outbox = outbox;
        this.subscriptions = subscriptions;
        this.troubles = troubles;
        this.replies = answers.ref();
        this.questions = new Questions(answers.firstTag());
    }

    /** A subscription begins; reading waits until the hub tells its changes. Returns the tag to ask the hub with. */
    long begin(long subId, Set<String> wanted, Map<Integer, Position> positions) {
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
            catchUp.leaveOut(sources, grid); // not before: what changed until now is in the ends of the logs
            endIfDone(catchUp);
        }
        readOn();
    }

    /**
     * Some partitions are read from elsewhere. What was asked of them is void. Where the client got anything of the source before, a
     * position says nothing of the one there is now, so the maps of all subscriptions are compared.
     */
    void onSources(SourceTable now, BitSet changed) {
        sources = now;
        List<Question> again = questions.giveUp(changed).reversed();
        again.stream().filter(one -> one.purpose() instanceof Purpose.Fetch).forEach(this::putBack);
        boolean compare = waitingForHub.size() < tags.size();
        changed.stream().forEach(partition -> {
            catchingUp.values().forEach(catchUp -> catchUp.compare(partition));
            outbox.onSource(partition, compare);
        });
        readOn();
    }

    private void putBack(Question question) {
        fetches.addFirst(question);
        prefixesWaiting += prefixes(question);
    }

    private static int prefixes(Question question) {
        return question.purpose() instanceof Purpose.Fetch fetch ? fetch.prefixes() : 0;
    }

    /** Asks again what has had no answer for a whole period: messages between nodes may be lost. Called once a period. */
    void askAgain() {
        for (Question question : questions.giveUpOld()) {
            if (!stopped && !(question.purpose() instanceof Purpose.None)) {
                ask(question);
            }
        }
        readOn();
    }

    /** Whether an answer is awaited. */
    boolean areUnderWay() {
        return questions.count() > 0;
    }

    /** Whether an answer comes in a moment, as all questions under way are to replicas of this node. */
    boolean awaitAnswersOfThisNode() {
        return questions.count() > 0
                && questions.isEach(question -> sources.of(question.partition())
                        .filter(source -> source.ref() == 0)
                        .isPresent());
    }

    /** A subscription ends: nothing more is asked for it, and what was asked is not passed on. */
    void end(long subId) {
        long tag = Objects.requireNonNull(tags.remove(subId));
        waitingForHub.remove(tag);
        catchingUp.remove(tag);
        questions.end(subId);
        fetches.removeIf(question -> {
            boolean ended = question.purpose() instanceof Purpose.Fetch fetch && fetch.subId() == subId;
            prefixesWaiting -= ended ? prefixes(question) : 0;
            return ended;
        });
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
        add(
                fetch.depth(),
                fetch.buckets().size(),
                new Question(fetch.partition(), new Purpose.Fetch(fetch.subId(), 0, question)));
    }

    /** A PICK for a map of a subscription. */
    void pick(Message.Pick pick) {
        int prefixes = 0;
        for (Prefixes bucket : pick.buckets()) {
            prefixes += bucket.prefixes().size();
        }
        LongFunction<PartitionReplica.Command> question = tag -> new PartitionReplica.PickCells(
                tag, pick.map(), pick.depth(), pick.width(), pick.buckets(), settings.chunkBytes(), replies);
        add(
                pick.depth(),
                pick.buckets().size(),
                new Question(pick.partition(), new Purpose.Fetch(pick.subId(), prefixes, question)));
    }

    private void add(int depth, int buckets, Question fetch) {
        if (fetches.size() >= FETCHES_MAX || depth > FETCH_DEPTH_MAX || buckets > 1 << (4 * depth)) {
            troubles.refused(
                    ErrorCode.TOO_MANY,
                    "too many FETCHes wait, or it is too deep or for too much",
                    ((Purpose.Fetch) fetch.purpose()).subId());
            return;
        }
        fetches.add(fetch);
        prefixesWaiting += prefixes(fetch);
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
        Optional<Question> asked = questions.of(reply);
        Optional<Source> source = sources.of(reply.partition());
        if (asked.isPresent() && source.isPresent()) {
            int ref = source.get().ref();
            switch (asked.get().purpose()) {
                case Purpose.Behind behind -> onReadBehind(behind, reply, ref);
                case Purpose.Begin begin -> onReadToBegin(begin.catchUp(), reply, ref);
                case Purpose.Fetch fetch -> {
                    questions.isDone(reply, 1);
                    outbox.add(CatchUp.toMessage(fetch.subId(), reply, ref));
                }
                case Purpose.None none -> questions.isDone(reply, 1);
            }
        }
        readOn();
    }

    private void onReadBehind(Purpose.Behind behind, ReadReply reply, int ref) {
        boolean done = questions.isDone(reply, behind.maps().size());
        int partition = reply.partition();
        if (reply instanceof ReadReply.Chunk chunk) {
            // Among what was let go there may have been a FRONTIER. Who is cut off in front of it states no position
            // behind it.
            boolean pruned = chunk.frontierMs() > 0;
            long seq = pruned ? behind.clientSeq() : chunk.next().seq();
            outbox.add(new Message.Delta(partition, ref, seq, chunk.entries()));
            if (chunk.more()) {
                askBehind(partition, chunk.next(), seq);
                return;
            }
            if (pruned) {
                outbox.add(new Message.Frontier(partition, ref, chunk.next().seq(), chunk.frontierMs()));
            }
        } else if (reply instanceof ReadReply.Digests digests) {
            subscriptions.get().forEach((subId, maps) -> {
                if (maps.contains(digests.map()) && !isWaitingForHub(subId)) {
                    outbox.add(CatchUp.toMessage(subId, digests, ref));
                }
            });
        } else {
            throw new IllegalStateException("not asked for: " + reply.getClass());
        }
        if (done) {
            readAgainDone(partition);
        }
    }

    private boolean isWaitingForHub(long subId) {
        return waitingForHub.containsKey(Objects.requireNonNull(tags.get(subId)));
    }

    private void readAgainDone(int partition) {
        outbox.readAgainDone(partition);
        for (CatchUp catchUp : List.copyOf(catchingUp.values())) {
            catchUp.onCompared(partition);
            endIfDone(catchUp);
        }
    }

    private void onReadToBegin(CatchUp catchUp, ReadReply reply, int ref) {
        if (!catchUp.isUnchanged(reply)) {
            outbox.add(CatchUp.toMessage(catchUp.subId(), reply, ref));
        }
        boolean done = questions.isDone(reply, catchUp.maps().size());
        if (reply instanceof ReadReply.Chunk chunk && chunk.more()) {
            ask(new Question(chunk.partition(), new Purpose.Begin(catchUp, chunk.next())));
        } else if (done) {
            catchUp.done(reply.partition());
            endIfDone(catchUp);
        }
    }

    private void endIfDone(CatchUp catchUp) {
        if (catchUp.isDone()) {
            outbox.add(new Message.Synced(catchUp.subId()));
            catchingUp.remove(Objects.requireNonNull(tags.get(catchUp.subId())));
        }
    }

    /** Asks where there is room: first for what was let go, then for subscriptions that are catching up. */
    void readOn() {
        while (mayRead()) {
            Optional<Map.Entry<Integer, Cursor>> behind = outbox.takeBehind();
            if (behind.isEmpty()) {
                break;
            }
            Cursor from = behind.get().getValue();
            askBehind(behind.get().getKey(), from, from.seq());
        }
        while (mayRead() && !fetches.isEmpty()) {
            Question next = fetches.remove();
            prefixesWaiting -= prefixes(next);
            ask(next);
        }
        if (mayRead()) {
            List.copyOf(catchingUp.values()).forEach(this::readOn);
        }
    }

    private void readOn(CatchUp catchUp) {
        while (mayRead()) {
            OptionalInt partition = catchUp.next();
            if (partition.isEmpty()) {
                return;
            }
            begin(catchUp, partition.getAsInt());
        }
    }

    private boolean mayRead() {
        return questions.count() < settings.readsMax() && !outbox.isFull() && !stopped;
    }

    private void begin(CatchUp catchUp, int partition) {
        // Without a source it waits until there is one, and is compared then.
        Cursor from = sources.of(partition)
                .map(source -> catchUp.start(partition, source))
                .orElse(Cursor.NOWHERE);
        Optional<SharedChunk> shared =
                sources.of(partition).flatMap(source -> grid.recent(source, partition, catchUp.maps(), from));
        shared.ifPresentOrElse(
                chunk -> beginWith(catchUp, chunk),
                () -> ask(new Question(partition, new Purpose.Begin(catchUp, from))));
    }

    /** What the replica has told others is no question. */
    private void beginWith(CatchUp catchUp, SharedChunk shared) {
        ReadReply.Chunk chunk = shared.chunk();
        if (!catchUp.isUnchanged(chunk)) {
            outbox.add(CatchUp.toMessage(catchUp.subId(), chunk, 0), shared.block());
        }
        catchUp.done(chunk.partition());
        endIfDone(catchUp);
    }

    private void askBehind(int partition, Cursor from, long clientSeq) {
        Set<String> maps = new HashSet<>();
        subscriptions.get().values().forEach(maps::addAll);
        if (maps.isEmpty()) {
            readAgainDone(partition);
        } else {
            ask(new Question(partition, new Purpose.Behind(maps, from, clientSeq)));
        }
    }

    private void ask(Question question) {
        long tag = questions.ask(question);
        int partition = question.partition();
        sources.of(partition).ifPresent(source -> grid.ask(source, partition, command(question.purpose(), tag)));
    }

    private PartitionReplica.Command command(Purpose purpose, long tag) {
        return switch (purpose) {
            case Purpose.Behind behind -> read(tag, behind.maps(), behind.from());
            case Purpose.Begin begin -> read(tag, begin.catchUp().maps(), begin.from());
            case Purpose.Fetch fetch -> fetch.question().apply(tag);
            case Purpose.None none -> throw new IllegalStateException("nobody asks");
        };
    }

    private PartitionReplica.Command read(long tag, Set<String> maps, Cursor from) {
        return new PartitionReplica.Read(tag, maps, from, settings.chunkBytes(), replies);
    }
}
