package io.topgun.persistence.rocksdb;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is remembered of the ids that were used last.
 *
 * <p>For the committer it stands for rows of the batch in the making, which reads do not see yet, so it
 * must hold more ids than one batch can.
 */
final class Recent<V> extends LinkedHashMap<String, V> {
    private static final long serialVersionUID = 1L;
    static final int IDS_MAX = 1 << 16;

    Recent() {
        super(1024, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
        return size() > IDS_MAX;
    }
}
