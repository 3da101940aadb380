package io.topgun.node.imports;

import io.topgun.crdt.Stamp;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Properties;

/**
 * How far an import has come, as a small file that outlives it. Row n of a file always gets the stamp
 * {@code base + n} of the same writer, so that what is sent twice changes nothing.
 *
 * @param baseTime time of the stamp of row 0
 * @param nodeId node that has persisted the rows
 * @param rows how many rows from the start are done with
 */
record ResumeState(long baseTime, String writer, String nodeId, long rows) {

    ResumeState {
        if (!Stamp.isWriter(writer) || rows < 0) {
            throw new IllegalArgumentException("Not a state of an import");
        }
    }

    Stamp stampOf(long row) {
        return new Stamp(baseTime + row, writer);
    }

    ResumeState withRows(long done) {
        return new ResumeState(baseTime, writer, nodeId, done);
    }

    /** The state to go on with at this node: another one may not have what the first one persisted. */
    ResumeState at(String node) {
        return nodeId.equals(node) ? this : new ResumeState(baseTime, writer, node, 0);
    }

    /** The state in a file; empty if there is none, or none that can be read. */
    static Optional<ResumeState> load(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Properties text = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            text.load(in);
            return Optional.of(new ResumeState(
                    Long.parseLong(text.getProperty("baseTime", "")),
                    text.getProperty("writer", ""),
                    text.getProperty("nodeId", ""),
                    Long.parseLong(text.getProperty("rows", ""))));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // a new import with new stamps is always right
        }
    }

    /** Replaces the file in one step, so that a kill leaves the old state or the new one. */
    void save(Path file) throws IOException {
        Properties text = new Properties();
        text.setProperty("baseTime", Long.toString(baseTime));
        text.setProperty("writer", writer);
        text.setProperty("nodeId", nodeId);
        text.setProperty("rows", Long.toString(rows));
        Files.createDirectories(file.getParent());
        Path next = file.resolveSibling(file.getFileName() + ".new");
        try (Writer out = Files.newBufferedWriter(next)) {
            text.store(out, "Where a TopGun import goes on");
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
