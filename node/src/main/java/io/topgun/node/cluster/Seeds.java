package io.topgun.node.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The nodes to ask for the way into the cluster. The members are kept in a file, so that a node finds them again when those it was
 * told of are gone.
 */
public final class Seeds {
    private final Path file;
    private Set<String> kept;

    /** Those in a file, which need not exist. */
    public Seeds(Path file) {
        this.file = file;
        this.kept = read(file);
    }

    private static Set<String> read(Path file) {
        try {
            return Files.exists(file) ? new TreeSet<>(Files.readAllLines(file)) : Set.of();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    /**
     * The nodes to ask, in their order, as {@code host:port}. Who comes first itself begins a cluster if none of the others answers in
     * time: a node that was not told whom to join, or of all that were told the same the first. Any other asks until one answers.
     */
    public synchronized List<String> order(String self, List<String> told) {
        Set<String> others = new LinkedHashSet<>(told);
        others.addAll(kept);
        others.remove(self);
        List<String> order = new ArrayList<>();
        if (told.isEmpty() || told.getFirst().equals(self) || others.isEmpty()) {
            order.add(self);
        }
        order.addAll(others);
        return order;
    }

    /** Keeps the other members that there are now. Who sees none, as on its way in or out, keeps those it had. */
    public synchronized void keep(Set<String> members) {
        if (members.isEmpty() || members.equals(kept)) {
            return;
        }
        try {
            Path draft = file.resolveSibling(file.getFileName() + ".new");
            Files.write(draft, new TreeSet<>(members));
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            kept = Set.copyOf(members);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }
}
