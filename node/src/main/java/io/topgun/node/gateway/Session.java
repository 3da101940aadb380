package io.topgun.node.gateway;

import io.topgun.crdt.Partitions;
import io.topgun.crdt.Stamp;
import io.topgun.node.hub.SharedDelta;
import io.topgun.node.hub.SharedFrame;
import io.topgun.node.hub.Source;
import io.topgun.node.hub.SourceTable;
import io.topgun.node.hub.Subscriber;
import io.topgun.node.partition.ReadReply;
import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Level;
import io.topgun.protocol.MapNames;
import io.topgun.protocol.Message;
import io.topgun.protocol.MessageCodec;
import io.topgun.protocol.ProtocolException;
import io.topgun.protocol.Run;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * One connection's side of the protocol: frames in, frames out, no socket.
 *
 * <p>Confined to the thread of its connection. Everything that comes from another thread comes through the connection.
 */
final class Session {
    private static final int MAPS_MAX = 10_000;
    private static final long INFLIGHT_BYTES_MAX = 16 << 20;

    /**
     * Who serves: told to the client in WELCOME and STORE.
     *
     * @param level the highest that the cluster reaches now, and the one for who names none
     * @param nodes the addresses of the cluster's nodes now; none if there is only one
     */
    record Host(String nodeId, long storeId, long incarnation, Supplier<Level> level, Supplier<List<String>> nodes) {}

    private final SessionSettings settings;
    private final Host host;
    private final Grid grid;
    private final LongSupplier wallMs;
    private final SessionMetrics metrics;
    private final Subscriber subscriber;
    private final OpsInFlight inFlight;
    private final Outbox outbox;
    private final Reads reads;
    private final Map<Long, Set<String>> subscriptions = new HashMap<>();
    private final BitSet toldStores = new BitSet();
    private Set<String> maps = Set.of();
    private SourceTable sources = SourceTable.NONE;
    private boolean greeted;
    private Optional<Closing> closing = Optional.empty();

    /** Why the connection is to be closed. */
    record Closing(int code, String text) {}

    Session(SessionSettings settings, Host host, Grid grid, LongSupplier wallMs, SessionMetrics metrics, Ports ports) {
        this.settings = settings;
        this.host = host;
        this.grid = grid;
        this.wallMs = wallMs;
        this.metrics = metrics;
        this.subscriber = ports.subscriber();
        this.inFlight = new OpsInFlight(grid, ports.whenDone());
        this.outbox = new Outbox(settings.frameBytes(), settings.outboxBytesMax(), metrics::overflowed);
        this.reads = new Reads(settings, grid, outbox, () -> subscriptions, this::error, ports.answers());
    }

    /** Ways back into the session's thread. */
    record Ports(Subscriber subscriber, Answers.Address answers, Consumer<OpsInFlight.Frame> whenDone) {}

    boolean isGreeted() {
        return greeted;
    }

    Optional<Closing> closing() {
        return closing;
    }

    /** Whether another frame may be read; past the bound the socket waits, and with it the client. */
    boolean acceptsInput() {
        return inFlight.ops() < settings.inflightOpsMax()
                && inFlight.bytes() < INFLIGHT_BYTES_MAX
                && outbox.messageCount() < 1_000
                && !reads.isFull()
                && closing.isEmpty();
    }

    Optional<byte[]> poll() {
        if (closing.isEmpty() && outbox.mayGather() && reads.awaitAnswersOfThisNode()) {
            return Optional.empty();
        }
        Optional<byte[]> frame = outbox.poll(maps);
        reads.readOn();
        return frame;
    }

    void onFrame(byte[] frame) {
        try {
            for (Message message : MessageCodec.decode(frame, settings.limits())) {
                if (closing.isEmpty()) {
                    onMessage(message);
                }
            }
        } catch (ProtocolException e) {
            fail(e.code(), text(e));
        }
    }

    private static String text(ProtocolException e) {
        String message = e.getMessage();
        return message == null ? e.code().name() : message;
    }

    private void onMessage(Message message) {
        if (!greeted && !(message instanceof Message.Hello)) {
            fail(ErrorCode.UNEXPECTED, "HELLO comes first");
            return;
        }
        switch (message) {
            case Message.Hello hello -> onHello(hello);
            case Message.Ops ops -> onOps(ops);
            case Message.Subscribe subscribe -> onSubscribe(subscribe);
            case Message.Unsubscribe unsubscribe -> onUnsubscribe(unsubscribe);
            case Message.Fetch fetch -> onFetch(fetch);
            case Message.Pick pick -> onPick(pick);
            case Message.Ping ping -> outbox.add(new Message.Pong(ping.id(), wallMs.getAsLong()));
            case Message.Pong pong -> {} // its arrival was what we asked for
            case Message.Unknown unknown -> error(ErrorCode.UNKNOWN_TYPE, "type " + unknown.type());
            case Message.Refused refused -> onRefused(refused);
            case Message.Welcome m -> unexpected(m);
            case Message.Store m -> unexpected(m);
            case Message.Ack m -> unexpected(m);
            case Message.Snapshot m -> unexpected(m);
            case Message.Synced m -> unexpected(m);
            case Message.Delta m -> unexpected(m);
            case Message.Digest m -> unexpected(m);
            case Message.Buckets m -> unexpected(m);
            case Message.Error m -> unexpected(m);
            case Message.Frontier m -> unexpected(m);
            case Message.Keys m -> unexpected(m);
            case Message.Cells m -> unexpected(m);
            case Message.Nodes m -> unexpected(m);
        }
    }

    private void onRefused(Message.Refused refused) {
        metrics.error(refused.code());
        outbox.add(new Message.Error(refused.code(), refused.text(), refused.about()));
    }

    private void unexpected(Message message) {
        fail(ErrorCode.UNEXPECTED, message.getClass().getSimpleName() + " is the server's to send");
    }

    private void onHello(Message.Hello hello) {
        if (greeted) {
            fail(ErrorCode.UNEXPECTED, "HELLO comes once");
        } else if (hello.minVersion() > MessageCodec.VERSION || hello.maxVersion() < MessageCodec.VERSION) {
            fail(ErrorCode.VERSION, "this node speaks version " + MessageCodec.VERSION);
        } else if (!Stamp.isWriter(hello.writer())) {
            fail(ErrorCode.MALFORMED, "not a writer id");
        } else if (!Tokens.accept(settings.tokens(), hello.token())) {
            fail(ErrorCode.UNAUTHENTICATED, "the token is missing or wrong");
        } else {
            greeted = true;
            Level level = host.level().get();
            outbox.add(new Message.Welcome(
                    MessageCodec.VERSION,
                    wallMs.getAsLong(),
                    host.nodeId(),
                    Partitions.COUNT,
                    level,
                    level,
                    settings.limits()));
            outbox.add(new Message.Store(0, host.storeId(), host.incarnation()));
            toldStores.set(0);
            List<String> nodes = host.nodes().get();
            if (!nodes.isEmpty()) {
                outbox.add(new Message.Nodes(nodes));
            }
        }
    }

    /** The cluster has other nodes. */
    void onNodes(List<String> nodes) {
        if (greeted && closing.isEmpty()) {
            outbox.add(new Message.Nodes(nodes));
        }
    }

    private void onOps(Message.Ops ops) {
        metrics.received(ops.ops().size());
        inFlight.submit(ops, wallMs.getAsLong() + settings.limits().clockAheadMsMax());
    }

    void onOpsDone(OpsInFlight.Frame frame) {
        Message.Ack ack = inFlight.done(frame, wallMs.getAsLong());
        metrics.acknowledged(ack.level(), accepted(ack), ack.rejections().size());
        outbox.add(ack);
    }

    private static long accepted(Message.Ack ack) {
        long count = 0;
        for (Run run : ack.runs()) {
            count += run.count();
        }
        return count;
    }

    private void onSubscribe(Message.Subscribe subscribe) {
        if (mapCount() + subscribe.maps().size() > MAPS_MAX
                || subscriptions.size() >= settings.limits().subscriptionsMax()
                || subscribe.maps().size() > settings.limits().mapsPerSubscribeMax()) {
            error(ErrorCode.TOO_MANY, "too many subscriptions or maps", subscribe.subId());
            return;
        }
        Optional<String> bad = subscribe.maps().stream()
                .filter(map -> !MapNames.isValid(map, settings.limits()))
                .findFirst();
        if (bad.isPresent() || subscribe.maps().isEmpty() || subscriptions.containsKey(subscribe.subId())) {
            error(
                    bad.isPresent() ? ErrorCode.INVALID_MAP_NAME : ErrorCode.UNEXPECTED,
                    bad.map(map -> "not a map name").orElse("the subscription is empty or its id in use"),
                    subscribe.subId());
            return;
        }
        Set<String> wanted = Set.copyOf(subscribe.maps());
        subscriptions.put(subscribe.subId(), wanted);
        maps = allMaps();
        long tag = reads.begin(subscribe.subId(), wanted, subscribe.positions());
        grid.interest(subscriber, tag, wanted);
    }

    void onInterest(long tag, SourceTable now) {
        onSources(now);
        reads.onInterest(tag);
    }

    void onSources(SourceTable now) {
        BitSet changed = now.differing(sources);
        changed.stream().forEach(partition -> now.of(partition).ifPresent(this::tellStore));
        sources = now;
        reads.onSources(now, changed);
    }

    private void tellStore(Source source) {
        if (!toldStores.get(source.ref())) {
            toldStores.set(source.ref());
            outbox.add(new Message.Store(source.ref(), source.storeId(), source.incarnation()));
        }
    }

    /** A partition cannot be read, and could not for a while. */
    void onLost() {
        close(WebSocketFrames.TRY_AGAIN_LATER, "a partition has no replica that can be read");
    }

    private void onUnsubscribe(Message.Unsubscribe unsubscribe) {
        Set<String> gone = subscriptions.remove(unsubscribe.subId());
        if (gone == null) {
            return;
        }
        reads.end(unsubscribe.subId());
        maps = allMaps();
        Set<String> unused = new HashSet<>(gone);
        unused.removeAll(maps);
        grid.noInterest(subscriber, unused);
    }

    private int mapCount() {
        int count = 0;
        for (Set<String> some : subscriptions.values()) {
            count += some.size();
        }
        return count;
    }

    private Set<String> allMaps() {
        Set<String> all = new HashSet<>();
        subscriptions.values().forEach(all::addAll);
        return all;
    }

    private void onFetch(Message.Fetch fetch) {
        if (isSubscribed(fetch.subId(), fetch.map())) {
            reads.fetch(fetch);
        }
    }

    private void onPick(Message.Pick pick) {
        if (isSubscribed(pick.subId(), pick.map())) {
            reads.pick(pick);
        }
    }

    private boolean isSubscribed(long subId, String map) {
        boolean subscribed = subscriptions.getOrDefault(subId, Set.of()).contains(map);
        if (!subscribed) {
            error(ErrorCode.UNEXPECTED, "the map is not part of this subscription", subId);
        }
        return subscribed;
    }

    void onRead(ReadReply reply) {
        reads.onReply(reply);
    }

    /** Asks again what has had no answer for a whole period. */
    void askAgain() {
        reads.askAgain();
    }

    /** Whether {@link #askAgain} is to be called. */
    boolean awaitsAnswers() {
        return reads.areUnderWay();
    }

    void onChanges(SharedFrame frame) {
        boolean isWhole = maps.containsAll(frame.maps());
        if (isWhole && areOfTheirSources(frame.deltas())) {
            outbox.add(frame);
        } else if (isWhole || !Collections.disjoint(frame.maps(), maps)) {
            for (SharedDelta delta : frame.deltas()) {
                if (isOfItsSource(delta)) {
                    outbox.add(delta);
                }
            }
        }
    }

    private boolean areOfTheirSources(List<SharedDelta> deltas) {
        for (SharedDelta delta : deltas) {
            if (!isOfItsSource(delta)) {
                return false;
            }
        }
        return true;
    }

    private boolean isOfItsSource(SharedDelta delta) {
        Optional<Source> source = sources.of(delta.change().partition());
        return source.isPresent() && source.get().is(delta.source());
    }

    void fail(ErrorCode code, String text) {
        error(code, text);
        code.closeCode().ifPresent(closeCode -> close(closeCode, code.name() + ": " + text));
    }

    void close(int code, String text) {
        if (closing.isEmpty()) {
            closing = Optional.of(new Closing(code, text));
            reads.stop();
            outbox.dropDeltas(); // or a busy map would keep the socket from ever getting to the close frame
        }
    }

    private void error(ErrorCode code, String text) {
        metrics.error(code);
        outbox.add(new Message.Error(code, text, OptionalLong.empty()));
    }

    private void error(ErrorCode code, String text, long subId) {
        metrics.error(code);
        outbox.add(new Message.Error(code, text, OptionalLong.of(subId)));
    }

    /** Nothing came for a while: ask whether the client is there. */
    void ping() {
        if (greeted) {
            outbox.add(new Message.Ping(0));
        }
    }

    /** The connection is gone. */
    void onGone() {
        if (!maps.isEmpty()) {
            grid.noInterest(subscriber, maps);
        }
    }
}
