package io.topgun.crdt;

/** Steps over CBOR items that are known to be in the canonical encoding, as those in cells are. */
public final class CborItems {
    /** The simple value {@code undefined}: a removed field. */
    public static final byte UNDEFINED = (byte) 0xf7;

    private CborItems() {}

    /** Index behind the item that begins at {@code from}. */
    public static int end(byte[] items, int from) {
        int at = from;
        for (long open = 1; open > 0; open--) {
            int head = items[at] & 0xff;
            int info = head & 0x1f;
            int width = info < 24 ? 0 : 1 << (info - 24);
            at++;
            int major = head >>> 5;
            if (major >= 2 && major <= 5) {
                int length = width == 0 ? info : argument(items, at, width);
                switch (major) {
                    case 4 -> open += length;
                    case 5 -> open += 2L * length;
                    default -> at += length;
                }
            }
            at += width;
        }
        return at;
    }

    private static int argument(byte[] items, int at, int width) {
        int value = 0;
        for (int i = 0; i < width; i++) {
            value = value << 8 | (items[at + i] & 0xff);
        }
        return value;
    }
}
