package io.topgun.node.partition;

/**
 * Where in a replica's changes somebody reads on. Everything up to {@code seq} is there; whether that is enough is for the replica to
 * judge, as pruning may meanwhile have taken what would have told of a removal.
 *
 * @param seq number of the last change that is merged; -1 if it is none of this store's
 * @param droppedSeq how far the replica had dropped changes when this reader began; -1 for a position that was kept elsewhere
 */
public record Cursor(long seq, long droppedSeq) {
    /** For who has nothing, from whom nothing can be hidden. */
    public static final Cursor START = new Cursor(0, Long.MAX_VALUE);

    /** Of who has cells, but no position of this log: good nowhere. */
    public static final Cursor NOWHERE = at(-1);

    /** A position that a reader kept. */
    public static Cursor at(long seq) {
        return new Cursor(seq, -1);
    }
}
