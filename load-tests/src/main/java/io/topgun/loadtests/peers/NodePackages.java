package io.topgun.loadtests.peers;

import io.topgun.loadtests.NodeProcess;
import io.topgun.loadtests.bench.MissingPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Packages of npm below {@code load-tests/js}: the launcher installs its own, scenarios those of directories in it. */
public final class NodePackages {
    private static final Path JS = NodeProcess.root().toAbsolutePath().resolve("load-tests/js");

    private NodePackages() {}

    /** Installs the packages of a directory in it, unless they are there as its lock file says. */
    public static void install(String directory) throws IOException, InterruptedException, MissingPeer {
        Path lock = JS.resolve(directory).resolve("package-lock.json");
        Path installed = JS.resolve(directory).resolve("node_modules/.package-lock.json");
        if (Files.exists(installed)
                && Files.getLastModifiedTime(installed).compareTo(Files.getLastModifiedTime(lock)) >= 0) {
            return;
        }
        Command.run(
                JS.resolve(directory),
                List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress"));
    }

    /** A file of a directory whose packages are installed for it. */
    public static Path installed(String directory, String file) throws IOException, InterruptedException, MissingPeer {
        install(directory);
        return JS.resolve(directory).resolve(file);
    }

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
