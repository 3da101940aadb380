package io.topgun.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.util.List;

/** Floats around every border, in all three widths, and what is no number. */
final class AwkwardFloats {
    private static final List<Double> BORDERS = List.of(
            0.0,
            0.1,
            0.5,
            1.0,
            1.5,
            2.0,
            3.4028234663852886e38,
            65_504.0,
            5.960464477539063e-8,
            1.401298464324817e-45,
            255.0,
            0x1p31,
            0x1p32,
            0x1p52,
            0x1p52 + 0.5,
            0x1p53 - 1,
            0x1p53,
            0x1p53 + 2,
            0x1p62,
            0x1p63,
            0x1p64,
            1e21,
            1e300,
            Double.MIN_VALUE,
            Double.MIN_NORMAL,
            Double.MAX_VALUE,
            Math.PI);

    private final Awkward awkward;

    AwkwardFloats(Awkward awkward) {
        this.awkward = awkward;
    }

    void floats() {
        for (double border : BORDERS) {
            for (double number : new double[] {border, Math.nextUp(border), Math.nextDown(border)}) {
                for (double signed : new double[] {number, -number}) {
                    number(signed);
                }
            }
        }
        for (long bits : new long[] {
            0x7ff0000000000000L,
            0xfff0000000000000L,
            0x7ff8000000000000L,
            0xfff8000000000000L,
            0x7ff0000000000001L,
            0x7fffffffffffffffL,
            0xffffffffffffffffL
        }) {
            awkward.refused("no number " + Long.toHexString(bits), "fb" + Awkward.hex(bits, 8));
        }
        for (int bits : new int[] {0, 1, 0x3c00, 0x3e00, 0x7bff, 0x7c00, 0x7e00, 0x8000, 0xfc00, 0xffff}) {
            awkward.refused("half float " + Integer.toHexString(bits), "f9" + Awkward.hex(bits, 2));
        }
        for (int cut = 0; cut < 8; cut++) {
            awkward.refused(
                    "float cut to " + cut + " bytes",
                    "fb" + Awkward.hex(0x3ff8000000000000L, 8).substring(0, 2 * cut));
        }
    }

    /** Whole and within 2^53-1 is an integer, which the rule here finds by decimals. */
    private void number(double number) {
        String name = "float " + Double.toHexString(number);
        String hex = "fb" + Awkward.hex(Double.doubleToRawLongBits(number), 8);
        if (Double.isInfinite(number)) {
            awkward.refused(name, hex);
            return;
        }
        BigDecimal exact = new BigDecimal(number);
        boolean whole = exact.stripTrailingZeros().scale() <= 0;
        boolean integer = whole && exact.abs().compareTo(BigDecimal.valueOf(CborReader.NATURAL_MAX)) <= 0;
        awkward.check(name, hex, !integer, json(number, whole));
        awkward.refused(name + " in 32 bits", "fa" + Awkward.hex(Float.floatToRawIntBits((float) number), 4));
    }

    private static JsonNode json(double number, boolean whole) {
        return whole
                ? VectorJson.tagged("$float", VectorJson.floatText(number))
                : JsonNodeFactory.instance.numberNode(number);
    }
}
