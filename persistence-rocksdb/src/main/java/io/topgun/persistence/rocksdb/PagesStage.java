package io.topgun.persistence.rocksdb;

import io.topgun.persistence.rocksdb.Cursor.Page;
import io.topgun.persistence.rocksdb.Cursor.Then;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;

/**
 * A source that reads pages as they are asked for, off the stream's thread.
 *
 * <p>With a wake-up it is live: caught up, it waits until it is told that there may be more. The
 * wake-up is subscribed before the first read, and one that comes during a read makes it read again,
 * so none is lost.
 */
final class PagesStage<T> extends GraphStage<SourceShape<T>> {
    /** Subscribes to changes of the answer; what it returns ends the subscription. */
    interface WakeUp extends Function<Runnable, Runnable> {}

    private final Outlet<T> out = Outlet.create("Pages.out");
    private final SourceShape<T> shape = SourceShape.of(out);
    private final BlockingReads reads;
    private final Cursor<T> start;
    private final Optional<WakeUp> wakeUp;

    PagesStage(BlockingReads reads, Cursor<T> start, Optional<WakeUp> wakeUp) {
        this.reads = reads;
        this.start = start;
        this.wakeUp = wakeUp;
    }

    @Override
    public SourceShape<T> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic();
    }

    private final class Logic extends GraphStageLogic {
        private final Deque<T> buffer = new ArrayDeque<>();
        private final AsyncCallback<Page<T>> arrived = createAsyncCallback(this::onPage);
        private final AsyncCallback<Throwable> failed = createAsyncCallback(this::failStage);
        private final AsyncCallback<Boolean> woken = createAsyncCallback(ignored -> onWakeUp());
        private final AtomicBoolean wakeUpUnderWay = new AtomicBoolean();
        private Runnable unsubscribe = () -> {};
        private Cursor<T> cursor = start;
        private Then then = Then.MORE;
        private boolean reading;

        Logic() {
            super(shape);
            setHandler(out, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    emitOrRead();
                }
            });
        }

        @Override
        public void preStart() {
            wakeUp.ifPresent(subscribe -> unsubscribe = subscribe.apply(this::wake));
        }

        @Override
        public void postStop() {
            unsubscribe.run();
        }

        /** Called on any thread and often: only the first call until it is handled costs a message. */
        private void wake() {
            if (wakeUpUnderWay.compareAndSet(false, true)) woken.invoke(true);
        }

        private void onWakeUp() {
            wakeUpUnderWay.set(false);
            if (then == Then.CAUGHT_UP || reading) then = Then.MORE;
            if (isAvailable(out)) emitOrRead();
        }

        private void emitOrRead() {
            if (!buffer.isEmpty()) push(out, buffer.remove());
            else if (then == Then.MORE && !reading) read();
            if (buffer.isEmpty() && !reading && isOver()) completeStage();
        }

        private boolean isOver() {
            return then == Then.END || (then == Then.CAUGHT_UP && wakeUp.isEmpty());
        }

        private void read() {
            reading = true;
            then = Then.CAUGHT_UP; // Until a wake-up or the page says otherwise.
            Cursor<T> from = cursor;
            reads.threads().execute(() -> {
                try {
                    arrived.invoke(from.read());
                } catch (Exception e) { // The thread's edge; serializers may throw anything.
                    failed.invoke(e);
                }
            });
        }

        private void onPage(Page<T> page) {
            reading = false;
            cursor = page.next();
            buffer.addAll(page.elements());
            if (then != Then.MORE || page.then() == Then.END) then = page.then();
            if (isAvailable(out)) emitOrRead();
            else if (buffer.isEmpty() && isOver()) completeStage();
        }
    }
}
