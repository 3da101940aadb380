package io.topgun.loadtests.bench;

import java.util.Locale;

/** Pieces of SVG and HTML. */
final class Svg {
    private Svg() {}

    static String open(int width, int height) {
        return format(
                "<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">", width, height, width, height);
    }

    static String text(double x, double y, String anchor, String text) {
        return format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, escape(text));
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** {@link String#format} whatever the locale. */
    @SuppressWarnings("AnnotateFormatMethod") // the annotation is in a library that we do without
    static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
