package io.topgun.crdt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Observed-remove set of values under one key: each add makes a tag, a remove lists the tags it has
 * seen, and a tag that is removed once stays removed (Shapiro et al. 2011, state-based with tombstones).
 */
public final class OrCell implements Cell {
    private final OrTag[] tags;

    private OrCell(OrTag[] tags) {
        this.tags = tags;
    }

    /** The state with these tags, of which there is at least one, in ascending order of stamps. */
    public static OrCell of(OrTag... tags) {
        if (tags.length == 0) {
            throw new IllegalArgumentException("No tag");
        }
        for (int i = 1; i < tags.length; i++) {
            if (tags[i - 1].compareStamp(tags[i]) >= 0) {
                throw new IllegalArgumentException("Tags out of order");
            }
        }
        return new OrCell(tags);
    }

    public static OrCell add(Stamp stamp, byte[] value) {
        return new OrCell(new OrTag[] {OrTag.live(stamp, value)});
    }

    /** Removes the tags a writer has seen. */
    public static OrCell remove(List<Stamp> seen, long removedMs) {
        OrTag[] tags = new OrTag[seen.size()];
        for (int i = 0; i < tags.length; i++) {
            tags[i] = OrTag.removed(seen.get(i), removedMs);
        }
        Arrays.sort(tags, OrTag::compareStamp);
        return of(tags);
    }

    @Override
    public CellKind kind() {
        return CellKind.OR;
    }

    /** All tags, removed ones too, by stamp. */
    public List<OrTag> tags() {
        return Collections.unmodifiableList(Arrays.asList(tags));
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a tag that is kept is the same instance
    public OrCell merge(Cell other) {
        if (!(other instanceof OrCell that)) {
            throw new IllegalArgumentException(kind() + " does not merge with " + other.kind());
        }
        List<OrTag> merged = new ArrayList<>(tags.length + that.tags.length);
        boolean changed = false;
        int i = 0;
        int j = 0;
        while (i < tags.length || j < that.tags.length) {
            int order = i == tags.length ? 1 : j == that.tags.length ? -1 : tags[i].compareStamp(that.tags[j]);
            OrTag tag = order < 0 ? tags[i] : order > 0 ? that.tags[j] : tags[i].merge(that.tags[j]);
            changed |= order > 0 || tag != tags[i];
            merged.add(tag);
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }
        return changed ? new OrCell(merged.toArray(OrTag[]::new)) : this;
    }

    @Override
    public boolean isVisible(long nowMs) {
        for (OrTag tag : tags) {
            if (!tag.isRemoved()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public long newestMs() {
        long newest = 0;
        for (OrTag tag : tags) {
            newest = Math.max(newest, Math.max(Stamp.msOf(tag.time()), tag.removedMs()));
        }
        return newest;
    }

    @Override
    public Optional<Cell> pruned(long frontierMs) {
        int count = 0;
        for (OrTag tag : tags) {
            count += tag.isBehind(frontierMs) ? 0 : 1;
        }
        if (count == tags.length) {
            return Optional.of(this);
        }
        OrTag[] rest = new OrTag[count];
        int at = 0;
        for (OrTag tag : tags) {
            if (!tag.isBehind(frontierMs)) {
                rest[at++] = tag;
            }
        }
        return count == 0 ? Optional.empty() : Optional.of(new OrCell(rest));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof OrCell that && Arrays.equals(tags, that.tags);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(tags);
    }

    @Override
    public String toString() {
        return "OrCell" + Arrays.toString(tags);
    }
}
