package io.topgun.node.hub;

import io.topgun.node.partition.Change;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;

/** What another node's hub was promised: its maps in its partitions, forwarded in numbered bundles. */
final class Downlink {
    private static final int BUNDLE_BYTES = 128 << 10;

    private final ActorRef<Hub.Command> to;
    private final long born;
    private final List<Forward> bundle = new ArrayList<>();
    private long version;
    private BitSet partitions = new BitSet();
    private Set<String> maps = Set.of();
    private long number;
    private long bundleBytes;
    private long heardMs;

    /**
     * Promises nothing yet.
     *
     * @param born never used twice on this node, so that the other one sees when the count begins anew
     */
    Downlink(ActorRef<Hub.Command> to, long born) {
        this.to = to;
        this.born = born;
    }

    ActorRef<Hub.Command> to() {
        return to;
    }

    void promise(Hub.Want want, long nowMs) {
        version = want.version();
        partitions = new BitSet();
        want.partitions().forEach(partitions::set);
        maps = new HashSet<>(want.maps());
        heardMs = nowMs;
    }

    void heard(long nowMs) {
        heardMs = nowMs;
    }

    long heardMs() {
        return heardMs;
    }

    long version() {
        return version;
    }

    long born() {
        return born;
    }

    long number() {
        return number;
    }

    /** Takes a change that was promised; returns whether there is something to send. */
    boolean add(Change change) {
        if (!partitions.get(change.partition()) || !isWanted(change)) {
            return false;
        }
        Forward forward = Forward.of(change);
        bundle.add(forward);
        bundleBytes += forward.block().length;
        return true;
    }

    private boolean isWanted(Change change) {
        if (change instanceof Change.Merged merged) {
            for (String map : merged.maps()) {
                if (maps.contains(map)) {
                    return true;
                }
            }
            return false;
        }
        return true;
    }

    /** Whether enough waits that it should not wait for more. */
    boolean isFull() {
        return bundleBytes >= BUNDLE_BYTES;
    }

    /** Takes what waits, under the next number. */
    Optional<List<Forward>> take() {
        if (bundle.isEmpty()) {
            return Optional.empty();
        }
        List<Forward> taken = List.copyOf(bundle);
        bundle.clear();
        bundleBytes = 0;
        number++;
        return Optional.of(taken);
    }
}
