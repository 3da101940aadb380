package io.topgun.persistence.rocksdb;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The ids there are, then the new ones as they come, each once.
 *
 * <p>An id may be found by the scan and be announced too, so those given out are kept in memory for
 * as long as the query runs.
 */
final class LiveIdsCursor implements Cursor<String> {
    private final Set<String> given = new HashSet<>();
    private final Queue<String> announced = new ConcurrentLinkedQueue<>();
    private Cursor<String> scan;
    private boolean scanned;

    LiveIdsCursor(IdsCursor scan) {
        this.scan = scan;
    }

    /** Takes an id that got its first event; on any thread. */
    void announce(String persistenceId) {
        announced.add(persistenceId);
    }

    @Override
    public Page<String> read() {
        List<String> ids = new ArrayList<>();
        if (!scanned) {
            Page<String> page = scan.read();
            scan = page.next();
            scanned = page.then() == Then.CAUGHT_UP;
            addNew(page.elements(), ids);
            return new Page<>(ids, this, Then.MORE);
        }
        for (String id = announced.poll(); id != null; id = announced.poll()) addNew(List.of(id), ids);
        return new Page<>(ids, this, Then.CAUGHT_UP);
    }

    private void addNew(List<String> found, List<String> ids) {
        for (String id : found) if (given.add(id)) ids.add(id);
    }
}
