package io.topgun.node.hub;

import io.topgun.node.partition.Change;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Set;

/**
 * Changes that are told together, in their order, as one frame for all who get all of them.
 *
 * @param deltas changes of the same maps, or frontiers
 * @param maps those that cells were merged in; none if the changes are frontiers
 * @param bytes the messages of all changes
 */
@SuppressWarnings("ArrayRecordComponent") // shared bytes, never changed and never compared
public record SharedFrame(List<SharedDelta> deltas, Set<String> maps, byte[] bytes) {
    public SharedFrame {
        deltas = List.copyOf(deltas);
        maps = Set.copyOf(maps);
        if (deltas.isEmpty()) {
            throw new IllegalArgumentException("a frame of nothing");
        }
    }

    /** Some changes, one or more. */
    public static SharedFrame of(List<SharedDelta> deltas) {
        return new SharedFrame(deltas, maps(deltas.getFirst().change()), bytes(deltas));
    }

    static Set<String> maps(Change change) {
        return switch (change) {
            case Change.Merged merged -> merged.maps();
            case Change.Pruned pruned -> Set.of();
        };
    }

    private static byte[] bytes(List<SharedDelta> deltas) {
        if (deltas.size() == 1) {
            return deltas.getFirst().message();
        }
        int length = 0;
        for (SharedDelta delta : deltas) {
            length += delta.message().length;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(length);
        deltas.forEach(delta -> bytes.writeBytes(delta.message()));
        return bytes.toByteArray();
    }
}
