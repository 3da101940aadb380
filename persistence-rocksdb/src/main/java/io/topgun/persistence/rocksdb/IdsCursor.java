package io.topgun.persistence.rocksdb;

import java.util.List;
import java.util.Optional;

/** A place among the ids that have or had events when it is reached. */
record IdsCursor(EventLog log, Optional<String> last, int idsMax) implements Cursor<String> {
    @Override
    public Page<String> read() {
        List<String> ids = log.idsBehind(last, idsMax);
        if (ids.size() < idsMax) return new Page<>(ids, this, Then.CAUGHT_UP);
        return new Page<>(ids, new IdsCursor(log, Optional.of(ids.getLast()), idsMax), Then.MORE);
    }
}
