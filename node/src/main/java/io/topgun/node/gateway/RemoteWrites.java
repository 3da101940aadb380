package io.topgun.node.gateway;

import io.topgun.node.cluster.ClusterView;
import io.topgun.node.cluster.Directory;
import io.topgun.node.cluster.NodeId;
import io.topgun.node.hub.Sources;
import io.topgun.node.partition.Apply;
import io.topgun.node.partition.LocalReplicas;
import io.topgun.node.partition.Peers;
import io.topgun.node.partition.Submit;
import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Rejection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Operations for partitions that this node does not hold, on their way to a replica that takes them.
 *
 * <p>Who does not answer in time is not waited for: the next replica gets them too, and the first answer counts. That is safe as an
 * operation that is there already has no effect.
 */
public final class RemoteWrites extends AbstractBehavior<RemoteWrites.Command> {
    /** Timeouts after which nobody is asked any more. */
    private static final int ATTEMPTS_MAX = 6;

    /** What is told. */
    public sealed interface Command {}

    /** Operations that came in here. */
    record Send(int partition, Apply apply) implements Command {}

    /** A replica has answered. */
    record Answered(Submit.Result answer) implements Command {}

    /** The cluster looks different. */
    record Seen(ClusterView view) implements Command {}

    /** Time to look who does not answer. */
    record Tick() implements Command {}

    /**
     * What is needed of the node.
     *
     * @param takesWrites whether the replicas of this node do
     * @param nowMs a clock that only runs forward
     */
    public record Ports(
            Directory directory,
            LocalReplicas replicas,
            Peers peers,
            BooleanSupplier takesWrites,
            LongSupplier nowMs) {}

    private static final class InFlight {
        private final int partition;
        private final Apply apply;
        private final Set<NodeId> tried = new HashSet<>(2);
        private Optional<NodeId> to = Optional.empty();
        private final long sinceMs;
        private long sentMs;

        private InFlight(int partition, Apply apply, long nowMs) {
            this.partition = partition;
            this.apply = apply;
            this.sinceMs = nowMs;
            this.sentMs = nowMs;
        }
    }

    private final GridSettings settings;
    private final Ports ports;
    private final TimerScheduler<Command> timers;
    private final ActorRef<Submit.Result> replyTo;
    private final Map<Long, InFlight> inFlight = new HashMap<>();
    private final Map<Integer, List<NodeId>> writers = new HashMap<>();
    private ClusterView view;
    private long nextTag;
    private int ops;

    /** Nothing on its way. */
    public static Behavior<Command> create(GridSettings settings, Ports ports) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new RemoteWrites(context, timers, settings, ports)));
    }

    private RemoteWrites(
            ActorContext<Command> context, TimerScheduler<Command> timers, GridSettings settings, Ports ports) {
        super(context);
        this.settings = settings;
        this.ports = ports;
        this.timers = timers;
        ActorRef<Command> me = context.getSelf();
        replyTo = context.messageAdapter(Submit.Result.class, Answered::new);
        view = ports.directory().view();
        ports.directory().listen(seen -> me.tell(new Seen(seen)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Command.class, command -> {
                    onCommand(command);
                    return this;
                })
                .build();
    }

    private void onCommand(Command command) {
        switch (command) {
            case Send send -> onSend(send);
            case Answered answered -> onAnswered(answered.answer());
            case Seen seen -> onSeen(seen.view());
            case Tick tick -> onTick();
        }
    }

    private void onSend(Send send) {
        int more = send.apply().ops().size();
        if (ops + more > settings.submitOpsMax()) {
            send.apply().refuse(ErrorCode.OVERLOADED, "too many operations are on their way to other nodes");
            return;
        }
        ops += more;
        long tag = nextTag++;
        InFlight one =
                new InFlight(send.partition(), send.apply(), ports.nowMs().getAsLong());
        inFlight.put(tag, one);
        goOn(tag, one);
        if (!timers.isTimerActive(Tick.class)) {
            timers.startTimerWithFixedDelay(Tick.class, new Tick(), tickEvery());
        }
    }

    private Duration tickEvery() {
        return settings.submitTimeout().dividedBy(10).plusMillis(1);
    }

    /** Hands operations to the next replica; where none is left, to the first again. */
    private void goOn(long tag, InFlight one) {
        one.sentMs = ports.nowMs().getAsLong();
        Optional<LocalReplicas.Live> here = ports.replicas().of(one.partition);
        if (here.isPresent() && ports.takesWrites().getAsBoolean() && one.tried.add(view.self())) {
            done(tag, one);
            here.get().inbox().submit(one.apply);
            return;
        }
        one.to = next(one).or(() -> {
            one.tried.clear();
            return next(one);
        });
        one.to.ifPresent(node -> {
            one.tried.add(node);
            Apply apply = one.apply;
            ports.peers()
                    .tell(
                            node,
                            one.partition,
                            new Submit(
                                    tag,
                                    apply.ops(),
                                    apply.stampMsMax(),
                                    apply.submission().wanted(),
                                    replyTo));
        });
    }

    private Optional<NodeId> next(InFlight one) {
        for (NodeId node : writers.computeIfAbsent(one.partition, partition -> Sources.writers(view, partition))) {
            if (!one.tried.contains(node)) {
                return Optional.of(node);
            }
        }
        return Optional.empty();
    }

    private void onAnswered(Submit.Result answer) {
        InFlight one = inFlight.get(answer.tag());
        if (one == null) {
            return; // somebody else was faster
        }
        if (isToBeRetried(one, answer.rejections()) && next(one).isPresent()) {
            goOn(answer.tag(), one);
        } else {
            done(answer.tag(), one);
            one.apply.submission().completed(answer.rejections(), answer.level());
        }
    }

    private static boolean isToBeRetried(InFlight one, List<Rejection> rejections) {
        if (rejections.size() < one.apply.ops().size()) {
            return false;
        }
        for (Rejection rejection : rejections) {
            if (rejection.code() != ErrorCode.NOT_PERSISTED && rejection.code() != ErrorCode.OVERLOADED) {
                return false;
            }
        }
        return true;
    }

    private void onSeen(ClusterView seen) {
        view = seen;
        writers.clear();
        Map.copyOf(inFlight).forEach((tag, one) -> {
            boolean isThere = one.to.isPresent()
                    && writers.computeIfAbsent(one.partition, partition -> Sources.writers(view, partition))
                            .contains(one.to.get());
            if (!isThere) {
                goOn(tag, one);
            }
        });
    }

    private void onTick() {
        long nowMs = ports.nowMs().getAsLong();
        long timeoutMs = settings.submitTimeout().toMillis();
        for (Map.Entry<Long, InFlight> entry : new ArrayList<>(inFlight.entrySet())) {
            InFlight one = entry.getValue();
            if (nowMs - one.sinceMs >= ATTEMPTS_MAX * timeoutMs) {
                done(entry.getKey(), one);
                one.apply.refuse(ErrorCode.NOT_PERSISTED, "no replica has answered in time");
            } else if (nowMs - one.sentMs >= timeoutMs || one.to.isEmpty()) {
                goOn(entry.getKey(), one);
            }
        }
        if (inFlight.isEmpty()) {
            timers.cancel(Tick.class);
        }
    }

    private void done(long tag, InFlight one) {
        inFlight.remove(tag);
        ops -= one.apply.ops().size();
    }
}
