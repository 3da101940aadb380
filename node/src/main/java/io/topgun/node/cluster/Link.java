package io.topgun.node.cluster;

import io.topgun.protocol.CborWriter;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The way to one other node: what gathers while it sends goes out together, since a remote message costs as much for one of ours as for
 * a hundred.
 *
 * <p>It is not bounded: who sends here waits for an answer before he sends more. What is too large for one remote message goes in parts
 * and on the lane of large ones, so that it holds up no acknowledgement.
 */
final class Link implements Runnable {
    /** Well within what a remote message may have by default, {@code maximum-frame-size} of 256 KiB. */
    static final int PARCEL_BYTES_MAX = 192 << 10;

    private final long id;
    private final ActorRef<Parcel> gate;
    private final ActorRef<Parcel> largeGate;
    private final Executor executor;
    private final Queue<Supplier<Letter>> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isDue = new AtomicBoolean();
    private final CborWriter parcel = new CborWriter();

    /**
     * A link.
     *
     * @param id that no other link of any node has
     * @param gate the other node's for parcels
     * @param largeGate the other node's for large ones
     */
    Link(long id, ActorRef<Parcel> gate, ActorRef<Parcel> largeGate, Executor executor) {
        this.id = id;
        this.gate = gate;
        this.largeGate = largeGate;
        this.executor = executor;
    }

    /** Sends a letter, which is written on the executor. */
    void send(Supplier<Letter> letter) {
        queue.add(letter);
        if (isDue.compareAndSet(false, true)) {
            executor.execute(this);
        }
    }

    /** Sends what waits; one call at a time. */
    @Override
    public void run() {
        do {
            for (Supplier<Letter> next = queue.poll(); next != null; next = queue.poll()) {
                add(next.get());
            }
            flush();
            isDue.set(false);
        } while (!queue.isEmpty() && isDue.compareAndSet(false, true));
    }

    private void add(Letter letter) {
        if (parcel.size() + letter.size() > PARCEL_BYTES_MAX) {
            flush();
        }
        letter.write(parcel);
        if (letter.size() > PARCEL_BYTES_MAX) {
            sendInParts(parcel.toByteArray());
            parcel.reset();
        }
    }

    private void flush() {
        if (parcel.size() > 0) {
            gate.tell(new Parcel(id, 0, true, parcel.toByteArray()));
            parcel.reset();
        }
    }

    private void sendInParts(byte[] bytes) {
        int index = 0;
        for (int from = 0; from < bytes.length; from += PARCEL_BYTES_MAX) {
            int to = Math.min(from + PARCEL_BYTES_MAX, bytes.length);
            largeGate.tell(new Parcel(id, index++, to == bytes.length, Arrays.copyOfRange(bytes, from, to)));
        }
    }
}
