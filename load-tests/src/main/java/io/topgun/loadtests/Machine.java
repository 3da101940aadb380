package io.topgun.loadtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a figure was measured on, for beside it. */
public record Machine(int processors, String java, String kernel, String load) {

    /** The machine as it is now. */
    public static Machine now() {
        try {
            return new Machine(
                    Runtime.getRuntime().availableProcessors(),
                    Runtime.version().toString(),
                    System.getProperty("os.version", ""),
                    Files.readString(Path.of("/proc/loadavg")).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return processors + " processors, Java " + java + ", Linux " + kernel + ", load " + load;
    }
}
