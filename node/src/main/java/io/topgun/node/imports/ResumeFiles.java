package io.topgun.node.imports;

import io.topgun.crdt.Murmur3;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Where the states of imports are kept, one file for each source, map, key and address. */
final class ResumeFiles {
    private final Path directory;

    ResumeFiles(Path directory) {
        this.directory = directory;
    }

    /** The user's directory for state, as the XDG base directory specification has it. */
    static ResumeFiles of(Map<String, String> environment, Path home) {
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        Path base = state.isEmpty() ? home.resolve(".local/state") : Path.of(state);
        return new ResumeFiles(base.resolve("topgun/imports"));
    }

    /** The file for an import; another one once the source has been changed. */
    Path of(ImportOptions options) throws IOException {
        String identity = String.join(
                "\n",
                options.file().toRealPath().toString(),
                Long.toString(Files.size(options.file())),
                Files.getLastModifiedTime(options.file()).toInstant().toString(),
                options.map(),
                options.keyText(),
                options.url().toString());
        byte[] utf8 = identity.getBytes(StandardCharsets.UTF_8);
        StringBuilder name = new StringBuilder();
        for (int word : Murmur3.words(utf8, 0, utf8.length)) {
            name.append("%08x".formatted(word));
        }
        return directory.resolve(name.append(".properties").toString());
    }
}
