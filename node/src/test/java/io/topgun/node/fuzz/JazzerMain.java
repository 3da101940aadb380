package io.topgun.node.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What Jazzer calls. As a program it writes the first corpus: {@code JazzerMain TARGET DIRECTORY}. */
public final class JazzerMain {
    private static final Target TARGET = target(System.getProperty("topgun.fuzz", "frames"));

    private JazzerMain() {}

    private static Targets target(String name) {
        return Targets.valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** Jazzer's entry, once per input. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        Attempt.isReadHooked(TARGET, bytes);
    }

    /** Writes the seeds as one file each. */
    public static void main(String[] args) throws IOException {
        Path directory = Files.createDirectories(Path.of(args[1]));
        int number = 0;
        for (byte[] seed : target(args[0]).seeds()) {
            Files.write(directory.resolve("seed-" + number++), seed);
        }
    }
}
