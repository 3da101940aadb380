package io.topgun.protocol;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** UTF-8 at its borders, and what only looks like it; the platform's own decoder says which is which. */
final class AwkwardTexts {
    private static final int[] POINTS = {
        0x00, 0x09, 0x1f, 0x20, 0x7e, 0x7f, 0x80, 0xff, 0x301, 0x7ff, 0x800, 0x200b, 0x202e, 0x2028, 0xd7ff, 0xe000,
        0xfdd0, 0xfeff, 0xfffd, 0xfffe, 0xffff, 0x10000, 0x1f600, 0x1ffff, 0xfffff, 0x10ffff
    };

    private final Awkward awkward;

    AwkwardTexts(Awkward awkward) {
        this.awkward = awkward;
    }

    void texts() {
        for (int point : POINTS) {
            String hex = VectorJson.HEX.formatHex(Character.toString(point).getBytes(StandardCharsets.UTF_8));
            text("U+" + Integer.toHexString(point), hex);
            text("U+" + Integer.toHexString(point) + " behind seven letters", "61".repeat(7) + hex);
            for (int cut = 2; cut < hex.length(); cut += 2) {
                text("U+" + Integer.toHexString(point) + " cut to " + cut / 2, hex.substring(0, cut));
            }
        }
        for (int point : new int[] {
            0x00, 0x2f, 0x7f, 0x80, 0x7ff, 0x800, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xffff, 0x110000, 0x1fffff
        }) {
            for (int bytes = 2; bytes <= 4; bytes++) {
                text("U+" + Integer.toHexString(point) + " in " + bytes + " bytes", spread(point, bytes));
            }
        }
        for (int lead = 0x80; lead < 0x100; lead++) {
            text("byte " + Integer.toHexString(lead) + " alone", Awkward.hex(lead, 1));
            if (lead >= 0xc0) {
                text(
                        "lead " + Integer.toHexString(lead),
                        Awkward.hex(lead, 1) + "a08080".substring(0, lead < 0xe0 ? 2 : lead < 0xf0 ? 4 : 6));
                text("lead " + Integer.toHexString(lead) + " before a letter", Awkward.hex(lead, 1) + "61");
            }
        }
        text("a pair of surrogates in six bytes", "eda080edb080");
        for (int length : new int[] {0, 1, 22, 23, 24, 25, 255, 256, 257, 65_535, 65_536, 262_139}) {
            int bytes = Awkward.width(length);
            awkward.repeated("text of " + length, Awkward.head(3, length, bytes), "61", length, "", true);
            awkward.repeated("bytes of " + length, Awkward.head(2, length, bytes), "ff", length, "", true);
            if (length > 0) {
                awkward.repeated(
                        "text of " + length + " with a bad last byte",
                        Awkward.head(3, length, bytes),
                        "61",
                        length - 1,
                        "ff",
                        false);
                awkward.repeated(
                        "text of " + length + ", cut", Awkward.head(3, length, bytes), "61", length - 1, "", false);
            }
        }
        awkward.repeated("text of 65,534 emoji", Awkward.head(3, 4 * 65_534, 4), "f09f9880", 65_534, "", true);
    }

    /** As a value, and as the key of a map. */
    private void text(String name, String utf8) {
        byte[] bytes = VectorJson.HEX.parseHex(utf8);
        String item = Awkward.head(3, bytes.length, Awkward.width(bytes.length)) + utf8;
        Optional<String> text = decoded(bytes);
        JsonNodeFactory json = JsonNodeFactory.instance;
        awkward.check("text " + name, item, text.isPresent(), json.textNode(text.orElse("")));
        awkward.check(
                "key " + name,
                "a1" + item + "00",
                text.isPresent(),
                json.objectNode().put(text.orElse(""), 0));
    }

    private static Optional<String> decoded(byte[] utf8) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** The bits of a code point in so many bytes, sensible or not. */
    private static String spread(int point, int bytes) {
        StringBuilder hex = new StringBuilder();
        int rest = point;
        for (int i = 1; i < bytes; i++) {
            hex.insert(0, Awkward.hex(0x80 | (rest & 0x3f), 1));
            rest >>= 6;
        }
        int lead = (0xff00 >> bytes & 0xff) | (rest & (0x7f >> bytes));
        return hex.insert(0, Awkward.hex(lead, 1)).toString();
    }
}
