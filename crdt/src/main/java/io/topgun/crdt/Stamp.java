package io.topgun.crdt;

/**
 * Hybrid logical timestamp of one write: {@code time} is 48 bits of milliseconds above a 16-bit
 * counter, unsigned; ties go by the writer's id.
 */
public record Stamp(long time, String writer) implements Comparable<Stamp> {
    public static final long MS_MAX = (1L << 48) - 1;
    public static final int COUNTER_MAX = 0xffff;
    public static final int WRITER_LENGTH_MAX = 32;

    public Stamp {
        if (!isWriter(writer)) {
            throw new IllegalArgumentException("Not a writer id: " + writer);
        }
    }

    public static Stamp of(long ms, int counter, String writer) {
        return new Stamp(time(ms, counter), writer);
    }

    /** Packs milliseconds and counter; throws if either is out of range. */
    public static long time(long ms, int counter) {
        if ((ms & ~MS_MAX) != 0 || (counter & ~COUNTER_MAX) != 0) {
            throw new IllegalArgumentException("Not a stamp: " + ms + " ms, counter " + counter);
        }
        return (ms << 16) | counter;
    }

    /** Whether the text is 1 to 32 of {@code 0-9a-z}. */
    public static boolean isWriter(String writer) {
        int length = writer.length();
        if (length == 0 || length > WRITER_LENGTH_MAX) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = writer.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'z')) {
                return false;
            }
        }
        return true;
    }

    public long ms() {
        return msOf(time);
    }

    public int counter() {
        return counterOf(time);
    }

    public static long msOf(long time) {
        return time >>> 16;
    }

    public static int counterOf(long time) {
        return (int) time & COUNTER_MAX;
    }

    @Override
    public int compareTo(Stamp other) {
        return compare(time, writer, other.time, other.writer);
    }

    /** Order of two stamps that are not objects. */
    @SuppressWarnings("ReferenceEquality") // writers are shared strings: a quick way out, not the test
    public static int compare(long time, String writer, long otherTime, String otherWriter) {
        if (time != otherTime) {
            return Long.compareUnsigned(time, otherTime);
        }
        return writer == otherWriter ? 0 : writer.compareTo(otherWriter);
    }
}
