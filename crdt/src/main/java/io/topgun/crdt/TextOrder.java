package io.topgun.crdt;

/** Order of texts by their UTF-8: the shorter first, equal lengths by bytes (RFC 8949, 4.2.1). */
public final class TextOrder {
    private TextOrder() {}

    @SuppressWarnings("ReferenceEquality") // names are shared strings: a quick way out
    public static int compare(String a, String b) {
        if (a == b) {
            return 0;
        }
        int length = Integer.compare(utf8Length(a), utf8Length(b));
        return length != 0 ? length : compareCodePoints(a, b);
    }

    /** Number of bytes of the text's UTF-8; a lone surrogate counts as three. */
    public static int utf8Length(String text) {
        int bytes = text.length();
        for (int i = 0, end = text.length(); i < end; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                // The two halves of a pair make 4 bytes: two chars and one more for each.
                bytes += c < 0x800 || (Character.isSurrogate(c) && isPaired(text, i)) ? 1 : 2;
            }
        }
        return bytes;
    }

    private static boolean isPaired(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }

    /** UTF-8 bytes order as code points do, UTF-16 units do not: surrogates go behind U+FFFF. */
    private static int compareCodePoints(String a, String b) {
        int end = Math.min(a.length(), b.length());
        for (int i = 0; i < end; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean xPair = Character.isSurrogate(x);
                return xPair == Character.isSurrogate(y) ? x - y : xPair ? 1 : -1;
            }
        }
        return a.length() - b.length();
    }
}
