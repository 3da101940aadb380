package io.topgun.node.partition;

import io.topgun.protocol.Rejection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The operations of one frame on their way through several partitions; whoever finishes last reports once.
 *
 * <p>One report per frame instead of one per partition: at 32 operations per frame that is 31 wake-ups of the connection less.
 */
public final class Submission {
    private final AtomicInteger outstanding;
    private final List<Rejection> rejections = Collections.synchronizedList(new ArrayList<>(0));
    private final Consumer<Submission> whenDone;

    /**
     * A submission to some partitions.
     *
     * @param partitions how many partitions will complete it; at least one
     */
    public Submission(int partitions, Consumer<Submission> whenDone) {
        if (partitions < 1) {
            throw new IllegalArgumentException("a submission goes to at least one partition");
        }
        this.outstanding = new AtomicInteger(partitions);
        this.whenDone = whenDone;
    }

    /** One partition is done: what it did not refuse is synced in its journal. Called once per partition, from any thread. */
    public void completed(List<Rejection> refused) {
        rejections.addAll(refused);
        if (outstanding.decrementAndGet() == 0) {
            whenDone.accept(this);
        }
    }

    /** What was refused; complete once done. */
    public List<Rejection> rejections() {
        return List.copyOf(rejections);
    }
}
