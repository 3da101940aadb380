package io.topgun.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Every class, file, method and test that docs/INVARIANTS.md names is there, so that it cannot promise what nothing proves.
 *
 * <p>A row is {@code | promise | kept by | proved by |}. Names stand in backticks: {@code Class}, {@code Class#method},
 * {@code file.ts}, {@code file.test.ts: title}.
 */
class InvariantsTest {
    private static final Path ROOT = root();
    private static final Set<String> NOT_OURS = Set.of("target", "dist", "node_modules", ".git");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");
    private static final Pattern JAVA = Pattern.compile("([a-z]+/)?[A-Z]\\w*(#[a-z]\\w*)?");
    private static final Pattern RUN_AS_TEST = Pattern.compile("(Test|IT)$");
    private static final Pattern TEST_ANNOTATION =
            Pattern.compile("@(Test|TestFactory|Property|ParameterizedTest|RepeatedTest)\\b");

    private final List<Path> sources = sources();

    private record Row(String promise, List<String> keepers, List<String> proofs) {}

    @Test
    void everyPromiseIsKeptByCodeAndProvedByTestsThatExist() throws IOException {
        List<Row> rows = rows(Files.readAllLines(ROOT.resolve("docs/INVARIANTS.md")));
        List<String> faults = new ArrayList<>();
        for (Row row : rows) {
            row.keepers().forEach(name -> fault(name, false).ifPresent(faults::add));
            row.proofs().forEach(name -> fault(name, true).ifPresent(faults::add));
            if (row.keepers().isEmpty() || row.proofs().isEmpty()) {
                faults.add("Nothing keeps or nothing proves: " + row.promise());
            }
        }
        assertEquals(List.of(), faults);
        assertTrue(rows.size() > 20, "only " + rows.size() + " rows were read");
    }

    private static List<Row> rows(List<String> lines) {
        List<Row> rows = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith("|") && !line.startsWith("|---") && !line.startsWith("| promise ")) {
                String[] cells = line.split("\\|", -1);
                assertEquals(5, cells.length, "not three columns: " + line);
                rows.add(new Row(cells[1].strip(), names(cells[2]), names(cells[3])));
            }
        }
        return rows;
    }

    private static List<String> names(String cell) {
        List<String> names = new ArrayList<>();
        Matcher matcher = NAME.matcher(cell);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    private Optional<String> fault(String name, boolean isProof) {
        return JAVA.matcher(name).matches() ? javaFault(name, isProof) : scriptFault(name, isProof);
    }

    private Optional<String> javaFault(String name, boolean isProof) {
        String[] parts = name.split("#", 2);
        List<Path> found = find("/" + parts[0] + ".java");
        if (found.size() != 1) {
            return Optional.of(found.size() + " classes are called " + name);
        }
        if (parts.length == 1) {
            return isProof ? Optional.of(name + " names no test") : Optional.empty();
        }
        if (isProof && !RUN_AS_TEST.matcher(parts[0]).find()) {
            return Optional.of("Maven runs no class of the name " + parts[0]);
        }
        String text = text(found.getFirst());
        Matcher method = Pattern.compile("\\b" + parts[1] + "\\([^;]*?\\{").matcher(text);
        if (!method.find()) {
            return Optional.of("No method " + name);
        }
        int blankLine = text.lastIndexOf("\n\n", method.start());
        boolean isTest = TEST_ANNOTATION
                .matcher(text.substring(Math.max(0, blankLine), method.start()))
                .find();
        return isProof && !isTest ? Optional.of(name + " is not a test") : Optional.empty();
    }

    private Optional<String> scriptFault(String name, boolean isProof) {
        String[] parts = name.split(": ", 2);
        List<Path> found = find("/" + parts[0]);
        if (found.size() != 1 || !parts[0].contains(".")) {
            return Optional.of(found.size() + " files are called " + parts[0]);
        }
        if (parts.length == 1) {
            return isProof ? Optional.of(name + " names no test") : Optional.empty();
        }
        boolean isThere = text(found.getFirst()).contains("'" + parts[1] + "'");
        return isThere ? Optional.empty() : Optional.of("No test " + name);
    }

    private List<Path> find(String end) {
        return sources.stream()
                .filter(path -> ("/" + path.toString().replace('\\', '/')).endsWith(end))
                .toList();
    }

    private static String text(Path path) {
        try {
            return Files.readString(ROOT.resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> sources() {
        List<Path> sources = new ArrayList<>();
        try {
            Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
                    // What measures keeps no promise, and may be called as what it is measured beside.
                    boolean isOurs = !NOT_OURS.contains(String.valueOf(dir.getFileName()))
                            && !ROOT.relativize(dir).equals(Path.of("load-tests/src/main"));
                    return isOurs ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    sources.add(ROOT.relativize(file));
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sources;
    }

    private static Path root() {
        Path dir = Path.of("").toAbsolutePath();
        while (!Files.exists(dir.resolve("docs/INVARIANTS.md"))) {
            dir = Objects.requireNonNull(dir.getParent(), "no docs/INVARIANTS.md above");
        }
        return dir;
    }
}
