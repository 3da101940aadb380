package io.topgun.loadtests.peers;

import io.topgun.loadtests.NodeProcess;
import io.topgun.loadtests.bench.MissingPeer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Packages of npm below {@code load-tests/js}, which the launcher installs. */
public final class NodePackages {
    private static final Path JS = NodeProcess.root().toAbsolutePath().resolve("load-tests/js");

    private NodePackages() {}

    /** A script of that directory that needs a package. */
    public static Path script(String name, String needed) throws MissingPeer {
        need(needed);
        return JS.resolve(name);
    }

    /** A file of a package. */
    public static Path file(String name, String file) throws MissingPeer {
        return need(name).resolve(file);
    }

    private static Path need(String name) throws MissingPeer {
        Path directory = JS.resolve("node_modules").resolve(name);
        if (!Files.isDirectory(directory)) {
            throw new MissingPeer("npm package " + name + " is not installed");
        }
        return directory;
    }
}
