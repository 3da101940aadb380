package io.topgun.node.hub;

import io.topgun.node.partition.Change;
import java.io.ByteArrayOutputStream;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Changes that are told together, in their order.
 *
 * @param maps those that cells were merged in
 * @param frame the messages of all changes, made once for all who get the whole bundle
 */
@SuppressWarnings("ArrayRecordComponent") // shared bytes, never changed and never compared
public record Bundle(List<SharedDelta> deltas, Set<String> maps, byte[] frame) {
    /** A bundle of some changes. */
    public static Bundle of(List<SharedDelta> deltas) {
        Set<String> maps = new HashSet<>();
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        for (SharedDelta delta : deltas) {
            if (delta.change() instanceof Change.Merged merged) {
                maps.addAll(merged.maps());
            }
            frame.writeBytes(delta.message());
        }
        byte[] bytes = deltas.size() == 1 ? deltas.getFirst().message() : frame.toByteArray();
        return new Bundle(List.copyOf(deltas), Collections.unmodifiableSet(maps), bytes);
    }
}
