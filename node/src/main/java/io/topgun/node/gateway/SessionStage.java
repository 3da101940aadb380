package io.topgun.node.gateway;

import io.topgun.node.hub.SharedFrame;
import io.topgun.node.hub.SourceTable;
import io.topgun.node.hub.Subscriber;
import io.topgun.node.partition.ReadReply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.http.impl.engine.ws.FrameEvent;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.jspecify.annotations.Nullable;
import scala.runtime.BoxedUnit;

/**
 * One WebSocket connection as one stage: frames of the parser in, frames for the renderer out, a {@link Session} between.
 *
 * <p>Pull-driven: a frame is made when the socket asks for one, so that what gathered meanwhile goes in it.
 */
final class SessionStage extends GraphStage<FlowShape<FrameEvent, FrameEvent>> {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);
    /** Period after which an answer that has not come is taken for lost; between once and twice of it passes. */
    private static final Duration ASK_AGAIN_AFTER = Duration.ofSeconds(5);

    private final Inlet<FrameEvent> in = Inlet.create("Session.in");
    private final Outlet<FrameEvent> out = Outlet.create("Session.out");
    private final FlowShape<FrameEvent, FrameEvent> shape = FlowShape.of(in, out);
    private final SessionSettings settings;
    private final SessionMetrics metrics;
    private final SessionFactory sessions;
    private final OpenSessions open;

    /** Makes the session of a new connection. */
    @FunctionalInterface
    interface SessionFactory {
        Session create(Session.Ports ports);
    }

    SessionStage(SessionSettings settings, SessionMetrics metrics, OpenSessions open, SessionFactory sessions) {
        this.settings = settings;
        this.open = open;
        this.metrics = metrics;
        this.sessions = sessions;
    }

    @Override
    public FlowShape<FrameEvent, FrameEvent> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes inheritedAttributes) {
        return new Logic();
    }

    /** What comes from other threads. */
    private sealed interface Signal {
        record OpsDone(OpsInFlight.Frame frame) implements Signal {}

        record Changed(SharedFrame frame) implements Signal {}

        record Interested(long subId, SourceTable sources) implements Signal {}

        record Switched(SourceTable sources) implements Signal {}

        record Lost() implements Signal {}

        record Nodes(List<String> urls) implements Signal {}

        record NodeStops() implements Signal {}
    }

    private final class Logic extends TimerGraphStageLogic {
        private static final String HELLO = "hello";
        private static final String IDLE = "idle";
        private static final String CLOSE = "close";
        private static final String ASK_AGAIN = "ask-again";

        private final WebSocketFrames frames =
                new WebSocketFrames(settings.limits().frameBytesMax());
        private @Nullable Session session;
        private @Nullable FrameEvent control;
        private OpenSessions.@Nullable Connection connection;
        private boolean received;
        private boolean silent;
        private boolean closeSent;

        Logic() {
            super(shape);
            setHandler(in, new AbstractInHandler() {
                @Override
                public void onPush() {
                    received = true;
                    frames.onEvent(grab(in)).ifPresent(Logic.this::onReceived);
                    go();
                }

                @Override
                public void onUpstreamFinish() {
                    completeStage();
                }
            });
            setHandler(out, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    go();
                }
            });
        }

        private Session session() {
            Session current = session;
            if (current == null) {
                throw new IllegalStateException("the stage has not started");
            }
            return current;
        }

        @Override
        public void preStart() {
            metrics.opened();
            AsyncCallback<Signal> signals = createAsyncCallback(this::onSignal);
            Subscriber subscriber = new Subscriber() {
                @Override
                public void onChanges(SharedFrame frame) {
                    signals.invoke(new Signal.Changed(frame));
                }

                @Override
                public void onInterest(long subId, SourceTable sources) {
                    signals.invoke(new Signal.Interested(subId, sources));
                }

                @Override
                public void onSources(SourceTable sources) {
                    signals.invoke(new Signal.Switched(sources));
                }

                @Override
                public void onLost() {
                    signals.invoke(new Signal.Lost());
                }
            };
            StageActor actor = getStageActor(message -> {
                onRead((ReadReply) message._2());
                return BoxedUnit.UNIT;
            });
            session = sessions.create(new Session.Ports(
                    subscriber, Adapter.toTyped(actor.ref()), frame -> signals.invoke(new Signal.OpsDone(frame))));
            connection = new OpenSessions.Connection() {
                @Override
                public void close() {
                    signals.invoke(new Signal.NodeStops());
                }

                @Override
                public void onNodes(List<String> urls) {
                    signals.invoke(new Signal.Nodes(urls));
                }
            };
            open.add(connection);
            scheduleOnce(HELLO, settings.helloTimeout());
            scheduleAtFixedRate(
                    IDLE,
                    settings.idleTimeout().dividedBy(2),
                    settings.idleTimeout().dividedBy(2));
            pull(in);
        }

        private void onSignal(Signal signal) {
            switch (signal) {
                case Signal.OpsDone done -> session().onOpsDone(done.frame());
                case Signal.Changed changed -> session().onChanges(changed.frame());
                case Signal.Interested interested -> session().onInterest(interested.subId(), interested.sources());
                case Signal.Switched switched -> session().onSources(switched.sources());
                case Signal.Lost lost -> session().onLost();
                case Signal.Nodes nodes -> session().onNodes(nodes.urls());
                case Signal.NodeStops stops -> session().close(WebSocketFrames.GOING_AWAY, "the node stops");
            }
            go();
        }

        private void onRead(ReadReply reply) {
            session().onRead(reply);
            go();
        }

        private void onReceived(WebSocketFrames.Received event) {
            switch (event) {
                case WebSocketFrames.Received.Message message -> session().onFrame(message.bytes());
                case WebSocketFrames.Received.Ping ping -> control = WebSocketFrames.pong(ping.payload());
                case WebSocketFrames.Received.Close close -> onPeerClose(close.code());
                case WebSocketFrames.Received.Violation bad -> session().close(bad.code(), bad.text());
            }
        }

        private void onPeerClose(int code) {
            if (closeSent) {
                completeStage();
            } else {
                session().close(code, "");
            }
        }

        /** Sends what the socket takes, closes if the session wants to, reads on if it may. */
        private void go() {
            if (session().awaitsAnswers() && !isTimerActive(ASK_AGAIN)) {
                scheduleOnce(ASK_AGAIN, ASK_AGAIN_AFTER);
            }
            if (isClosed(out) || closeSent) {
                if (!isClosed(in) && !hasBeenPulled(in)) {
                    pull(in); // until the peer's close frame
                }
                return;
            }
            if (isAvailable(out)) {
                send();
            }
            if (!isClosed(in) && !hasBeenPulled(in) && (session().acceptsInput() || closeSent)) {
                pull(in);
            }
        }

        private void send() {
            FrameEvent answer = control;
            if (answer != null) {
                control = null;
                push(out, answer);
                return;
            }
            Optional<byte[]> frame = session().poll();
            if (frame.isPresent()) {
                push(out, WebSocketFrames.binary(frame.get()));
            } else if (session().closing().isPresent()) {
                Session.Closing closing = session().closing().get();
                closeSent = true;
                push(out, WebSocketFrames.close(closing.code(), closing.text()));
                scheduleOnce(CLOSE, CLOSE_TIMEOUT);
            }
        }

        @Override
        public void onTimer(Object key) {
            if (key.equals(CLOSE)) {
                completeStage();
            } else if (key.equals(HELLO) && !session().isGreeted()) {
                session().fail(io.topgun.protocol.ErrorCode.HELLO_TIMEOUT, "no HELLO in time");
                go();
            } else if (key.equals(ASK_AGAIN)) {
                session().askAgain();
                go();
            } else if (key.equals(IDLE)) {
                onIdleTick();
                if (session().closing().isPresent() && !isAvailable(out)) {
                    completeStage(); // a socket that takes nothing takes no close frame either
                    return;
                }
                go();
            }
        }

        /** A client that only listens is asked once whether it is there; one that we do not read is not judged. */
        private void onIdleTick() {
            if (received || !hasBeenPulled(in)) {
                silent = false;
            } else if (!silent) {
                silent = true;
                session().ping();
            } else {
                session().close(WebSocketFrames.NORMAL, "silent for too long");
            }
            received = false;
        }

        @Override
        public void postStop() {
            metrics.closed();
            if (connection != null) {
                open.remove(connection);
            }
            session().onGone();
        }
    }
}
