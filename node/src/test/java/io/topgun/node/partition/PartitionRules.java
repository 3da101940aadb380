package io.topgun.node.partition;

import java.util.List;
import java.util.Set;

/** What the laws ask of a partition: the real answers, unless a bug is planted. */
class PartitionRules {
    Admission.Decision decide(PartitionState state, List<Apply> batch) {
        return state.admission().decide(batch);
    }

    boolean isGood(PartitionState state, Cursor cursor) {
        return state.isGood(cursor);
    }

    PartitionState.Changes changesSince(PartitionState state, Set<String> maps, long fromSeq, int bytesMax) {
        return state.changesSince(maps, fromSeq, bytesMax);
    }
}
