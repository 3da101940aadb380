package io.topgun.loadtests.peers;

import io.topgun.loadtests.bench.MissingPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Programs of Debian packages, unpacked into a directory of the build: nothing is installed on the machine. */
final class DebianPackages {
    private final Path root;

    DebianPackages(Path root) {
        this.root = root;
    }

    /** Downloads and unpacks packages once; those they depend on are named too, or on the machine. */
    void unpack(String... packages) throws IOException, InterruptedException, MissingPeer {
        Path done = root.resolve(String.join("-", packages));
        if (Files.exists(done)) {
            return;
        }
        Path files = Files.createDirectories(root.resolve("packages"));
        List<String> download = new ArrayList<>(List.of("apt-get", "-qq", "download"));
        download.addAll(List.of(packages));
        Command.run(files, download);
        List<Path> debs;
        try (Stream<Path> all = Files.list(files)) {
            debs = all.filter(file -> file.toString().endsWith(".deb")).toList();
        }
        for (Path deb : debs) {
            Command.run(files, List.of("dpkg", "-x", deb.toString(), root.toString()));
        }
        Files.createFile(done);
    }

    /** Where an unpacked program is. */
    Path program(String name) {
        return root.resolve("usr/bin").resolve(name);
    }

    /** Where the dynamic linker finds what was unpacked with it. */
    String libraries() throws IOException {
        try (Stream<Path> all = Files.list(root.resolve("usr/lib"))) {
            return all.filter(path -> path.toString().endsWith("-linux-gnu"))
                    .map(Path::toString)
                    .findFirst()
                    .orElse("");
        }
    }
}
