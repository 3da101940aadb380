package io.topgun.node.gateway;

import io.topgun.crdt.Partitions;
import io.topgun.crdt.Stamp;
import io.topgun.node.hub.SharedDelta;
import io.topgun.node.hub.Subscriber;
import io.topgun.node.partition.ReadReply;
import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Level;
import io.topgun.protocol.MapNames;
import io.topgun.protocol.Message;
import io.topgun.protocol.MessageCodec;
import io.topgun.protocol.ProtocolException;
import io.topgun.protocol.Run;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * One connection's side of the protocol: frames in, frames out, no socket.
 *
 * <p>Confined to its stream stage. Everything that comes from another thread comes through the stage.
 */
final class Session implements Reads.Troubles {
    private static final int MAPS_MAX = 10_000;
    private static final long INFLIGHT_BYTES_MAX = 16 << 20;

    /** Who serves: told to the client in WELCOME and STORE. */
    record Host(String nodeId, long storeId, long incarnation, Level level) {}

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
    private Set<String> maps = Set.of();
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
        this.outbox = new Outbox(settings.frameBytes(), settings.outboxBytesMax());
        this.reads = new Reads(settings, grid, outbox, () -> subscriptions, this, ports.replies());
    }

    /** Ways back into the session's thread. */
    record Ports(Subscriber subscriber, ActorRef<ReadReply> replies, Consumer<OpsInFlight.Frame> whenDone) {}

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
            outbox.add(new Message.Welcome(
                    MessageCodec.VERSION,
                    wallMs.getAsLong(),
                    host.nodeId(),
                    Partitions.COUNT,
                    host.level(),
                    host.level(),
                    settings.limits()));
            outbox.add(new Message.Store(0, host.storeId(), host.incarnation()));
        }
    }

    private void onOps(Message.Ops ops) {
        metrics.received(ops.ops().size());
        inFlight.submit(ops, wallMs.getAsLong() + settings.limits().clockAheadMsMax());
    }

    void onOpsDone(OpsInFlight.Frame frame) {
        Message.Ack ack = inFlight.done(frame, host.level(), wallMs.getAsLong());
        metrics.acknowledged(accepted(ack), ack.rejections().size());
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
        grid.interest(subscriber, reads.begin(subscribe.subId(), wanted, ownPositions(subscribe)), wanted);
    }

    private Map<Integer, Long> ownPositions(Message.Subscribe subscribe) {
        Map<Integer, Long> own = new HashMap<>();
        subscribe.positions().forEach((partition, position) -> {
            boolean ours = position.storeId() == host.storeId() && position.incarnation() <= host.incarnation();
            own.put(partition, ours ? position.seq() : -1);
        });
        return own;
    }

    void onInterest(long tag) {
        reads.onInterest(tag);
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

    void onChange(SharedDelta delta) {
        outbox.add(delta);
    }

    @Override
    public void refused(ErrorCode code, String text, long subId) {
        error(code, text, subId);
    }

    @Override
    public void unreachable() {
        close(WebSocketFrames.TRY_AGAIN_LATER, "the partition has no replica here");
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
