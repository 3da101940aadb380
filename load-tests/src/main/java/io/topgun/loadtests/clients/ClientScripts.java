package io.topgun.loadtests.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.topgun.loadtests.NodeProcess;
import io.topgun.loadtests.NodeScript;
import io.topgun.loadtests.bench.Entrant;
import io.topgun.loadtests.bench.MissingPeer;
import io.topgun.loadtests.peers.NodePackages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Scripts of {@code load-tests/js/clients}: each run is a client in a process of its own. */
final class ClientScripts {
    private static final String DIRECTORY = "clients";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ClientScripts() {}

    /** Installs the packages that the scripts need, where that is not done yet. */
    static void install() throws IOException, InterruptedException, MissingPeer {
        NodePackages.install(DIRECTORY);
    }

    /** As {@code install}, for ours, which is the SDK as it is built. */
    static void installOurs() throws IOException, InterruptedException, MissingPeer {
        if (!Files.exists(NodeProcess.root().resolve("browser-sdk/dist/index.js"))) {
            throw new MissingPeer("the browser SDK is not built");
        }
        install();
    }

    /** As {@code install}, for what runs in a Chromium. */
    static void installForChromium(String who) throws IOException, InterruptedException, MissingPeer {
        Path chromium = Path.of(System.getenv().getOrDefault("CHROMIUM", "/usr/bin/chromium"));
        if (!Files.isExecutable(chromium)) {
            throw new MissingPeer("no " + chromium + "; CHROMIUM says where it is");
        }
        if (who.equals(Entrant.OURS)) {
            installOurs();
        } else {
            install();
        }
    }

    /** Where a script or a file of a package is. */
    static Path file(String name) {
        return NodeProcess.root()
                .toAbsolutePath()
                .resolve("load-tests/js")
                .resolve(DIRECTORY)
                .resolve(name);
    }

    /** Runs one that prints nothing. */
    static void run(String script, String... args) throws IOException, InterruptedException {
        NodeScript.run(DIRECTORY + "/" + script, args);
    }

    /** Runs one that prints its figures, having proved what they stand for. */
    static JsonNode figures(String script, String... args) throws IOException, InterruptedException {
        return figures(List.of("node"), script, args);
    }

    /** The same, run by such a command. */
    static JsonNode figures(List<String> node, String script, String... args) throws IOException, InterruptedException {
        return MAPPER.readTree(NodeScript.run(node, DIRECTORY + "/" + script, args));
    }
}
