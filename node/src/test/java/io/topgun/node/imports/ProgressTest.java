package io.topgun.node.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private long nanos = 5;

    @Test
    void shouldDrawOneBarOnATerminal() {
        Progress progress = new Progress(out, true, () -> nanos, 2_000_000);
        progress.show(1_000, 0, "");
        assertEquals("", shown());
        nanos += 1_000_000_000;
        progress.show(13_000, 500_000, "");
        progress.show(13_001, 500_001, "");
        assertEquals(
                "\r\u001b[K[######------------------]  25 %  13,000 rows  12,000 rows/s  0.5 MB of 2.0 MB  ETA 0:03",
                shown());
    }

    @Test
    void shouldPrintLinesElsewhereAndSayWhatItWaitsFor() {
        Progress progress = new Progress(out, false, () -> nanos, 0);
        progress.show(0, 0, "");
        nanos += 2_000_000_000;
        progress.show(0, 0, "reconnecting");
        progress.clear();
        assertEquals("100 %  0 rows  0 rows/s  0.0 MB of 0.0 MB  reconnecting" + System.lineSeparator(), shown());
    }

    private String shown() {
        String text = bytes.toString(StandardCharsets.UTF_8);
        bytes.reset();
        return text;
    }
}
