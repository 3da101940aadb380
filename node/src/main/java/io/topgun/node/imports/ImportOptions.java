package io.topgun.node.imports;

import io.topgun.protocol.Limits;
import io.topgun.protocol.MapNames;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What an import was asked to do. */
record ImportOptions(Path file, String map, String keyText, KeyExpression key, URI url, Optional<String> token) {
    static final String USAGE = """
            usage: topgun import FILE MAP --key EXPR [--url URL] [--token TOKEN]

              FILE   a JSON array or JSON Lines; packed with gzip if its name ends in .gz
              EXPR   what makes a row's key: a field (id), a path (meta.code), a template ({country}/{name}),
                     or . for the row itself
              URL    of the node, ws://127.0.0.1:8080/sync by default
            """;

    private static final String DEFAULT_URL = "ws://127.0.0.1:8080/sync";
    private static final Set<String> FLAGS = Set.of("--key", "--url", "--token");

    /**
     * Reads the command line behind {@code import}.
     *
     * @throws IllegalArgumentException that says what is wrong with it
     */
    static ImportOptions parse(List<String> args) {
        List<String> operands = new ArrayList<>();
        Map<String, String> flags = new HashMap<>();
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            if (!arg.startsWith("--")) {
                operands.add(arg);
            } else if (!FLAGS.contains(arg)) {
                throw new IllegalArgumentException("Unknown flag " + arg);
            } else if (i + 1 == args.size()) {
                throw new IllegalArgumentException(arg + " needs a value");
            } else {
                i++;
                flags.put(arg, args.get(i));
            }
        }
        if (operands.size() != 2) {
            throw new IllegalArgumentException("FILE and MAP are needed, and nothing else");
        }
        String key = flags.get("--key");
        if (key == null) {
            throw new IllegalArgumentException("--key is needed");
        }
        return new ImportOptions(
                file(operands.get(0)),
                map(operands.get(1)),
                key,
                KeyExpression.parse(key),
                url(flags.getOrDefault("--url", DEFAULT_URL)),
                Optional.ofNullable(flags.get("--token")));
    }

    private static Path file(String text) {
        Path file = Path.of(text);
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new IllegalArgumentException("Not a file that can be read: " + text);
        }
        return file.toAbsolutePath().normalize();
    }

    private static String map(String name) {
        if (!MapNames.isValid(name, Limits.defaults())) {
            throw new IllegalArgumentException(
                    "Not a map name: " + name + " (letters, digits and . _ : - behind a letter or digit)");
        }
        return name;
    }

    private static URI url(String text) {
        URI url = URI.create(text);
        if (!List.of("ws", "wss").contains(String.valueOf(url.getScheme())) || url.getHost() == null) {
            throw new IllegalArgumentException("Not a ws:// or wss:// address: " + text);
        }
        return url;
    }
}
