package io.topgun.node.hub;

import io.topgun.node.partition.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Changes of the same maps that wait for others to be told with them; a bounded number of bytes and a change. */
final class Gathering {
    private static final int BYTES_MAX = 32 << 10;

    private List<SharedDelta> deltas = new ArrayList<>();
    private int bytes;

    /** Whether a change may be told with those that wait: those who want it are those who want them. */
    boolean takes(Change change) {
        return deltas.isEmpty()
                || (bytes < BYTES_MAX
                        && SharedFrame.maps(change)
                                .equals(SharedFrame.maps(deltas.getFirst().change())));
    }

    void add(SharedDelta delta) {
        deltas.add(delta);
        bytes += delta.message().length;
    }

    /** What waited, if anything did. */
    Optional<SharedFrame> take() {
        if (deltas.isEmpty()) {
            return Optional.empty();
        }
        SharedFrame frame = SharedFrame.of(deltas);
        deltas = new ArrayList<>();
        bytes = 0;
        return Optional.of(frame);
    }
}
