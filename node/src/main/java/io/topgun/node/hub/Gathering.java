package io.topgun.node.hub;

import io.topgun.node.partition.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Changes that wait for others to be told with them; a bounded number of bytes. */
final class Gathering {
    private static final int BYTES_MAX = 32 << 10;

    private List<SharedDelta> deltas = new ArrayList<>();
    private int bytes;

    void add(Change change, Source source) {
        SharedDelta delta = SharedDelta.of(change, source);
        deltas.add(delta);
        bytes += delta.message().length;
    }

    boolean isFull() {
        return bytes >= BYTES_MAX;
    }

    /** What waited, if anything did. */
    Optional<Bundle> take() {
        if (deltas.isEmpty()) {
            return Optional.empty();
        }
        Bundle bundle = Bundle.of(deltas);
        deltas = new ArrayList<>();
        bytes = 0;
        return Optional.of(bundle);
    }
}
