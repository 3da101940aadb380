package io.topgun.node.partition;

import io.topgun.protocol.Level;
import io.topgun.protocol.Rejection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * The operations of one frame on their way through several partitions; whoever finishes last reports once.
 *
 * <p>One report per frame instead of one per partition: at 32 operations per frame that is 31 wake-ups of the connection less.
 */
public final class Submission {
    private final AtomicInteger outstanding;
    private final List<Rejection> rejections = Collections.synchronizedList(new ArrayList<>(0));
    private final AtomicReference<Level> level = new AtomicReference<>(Level.REPLICATED);
    private final Level wanted;
    private final Consumer<Submission> whenDone;

    /**
     * A submission to some partitions.
     *
     * @param partitions how many partitions will complete it; at least one
     * @param wanted the level that each of them waits for, for a while
     */
    public Submission(int partitions, Level wanted, Consumer<Submission> whenDone) {
        if (partitions < 1) {
            throw new IllegalArgumentException("a submission goes to at least one partition");
        }
        this.outstanding = new AtomicInteger(partitions);
        this.wanted = wanted;
        this.whenDone = whenDone;
    }

    /** One partition is done: what it did not refuse has this level. Called once per partition, from any thread. */
    public void completed(List<Rejection> refused, Level reached) {
        rejections.addAll(refused);
        level.accumulateAndGet(reached, (a, b) -> a.compareTo(b) < 0 ? a : b);
        if (outstanding.decrementAndGet() == 0) {
            whenDone.accept(this);
        }
    }

    /** The level that each partition waits for, for a while. */
    public Level wanted() {
        return wanted;
    }

    /** The least level that was reached by what was not refused; complete once done. */
    public Level level() {
        return level.get();
    }

    /** What was refused; complete once done. */
    public List<Rejection> rejections() {
        return List.copyOf(rejections);
    }
}
