package io.topgun.node.partition;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How far a replica has the logs of its siblings' stores, those it used last. */
final class Logs {
    /** Far more than a partition has siblings at a time. */
    static final int MAX = 16;

    private final Map<Long, LogPosition> byStore = new LinkedHashMap<>(MAX, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, LogPosition> eldest) {
            return size() > MAX;
        }
    };

    Optional<LogPosition> of(long storeId) {
        return Optional.ofNullable(byStore.get(storeId));
    }

    void reached(LogPosition position) {
        byStore.put(position.storeId(), position);
    }

    void forget(long storeId) {
        byStore.remove(storeId);
    }

    /** All of them, the one that was used last at the end. */
    List<LogPosition> all() {
        return new ArrayList<>(byStore.values());
    }
}
