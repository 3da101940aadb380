package io.topgun.node.imports;

import io.topgun.protocol.ProtocolException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The command {@code import}: exit code 0 if every row is in the map, 1 if not, 2 if misused. */
public final class ImportCommand {
    private static final int WRITER_LENGTH = 16;

    private final Map<String, String> environment;
    private final Path home;
    private final PrintStream out;
    private final PrintStream err;

    private ImportCommand(Map<String, String> environment, Path home, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.home = home;
        this.out = out;
        this.err = err;
    }

    /** Runs the command with the arguments behind its name; returns the exit code. */
    public static int run(String[] args) {
        Path home = Path.of(System.getProperty("user.home", "."));
        return new ImportCommand(System.getenv(), home, System.out, System.err).run(List.of(args));
    }

    private int run(List<String> args) {
        ImportOptions options;
        try {
            options = ImportOptions.parse(args);
        } catch (IllegalArgumentException e) {
            err.println("topgun import: " + e.getMessage());
            err.print(ImportOptions.USAGE);
            return 2;
        }
        try {
            return report(options, execute(options));
        } catch (IOException | ProtocolException e) {
            err.println("topgun import: " + reason(e));
            err.println("Run the same command again to go on.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            err.println("topgun import: interrupted");
        }
        return 1;
    }

    private static String reason(Exception e) {
        return e instanceof ProtocolException refused
                ? "the node refuses: " + refused.code() + ": " + refused.getMessage()
                : String.valueOf(e.getMessage());
    }

    private Ended execute(ImportOptions options) throws IOException, InterruptedException {
        Path stateFile = ResumeFiles.of(environment, home).of(options);
        try (RowFile file = new RowFile(options.file());
                Uplink uplink = new Uplink(options.url(), options.token(), newWriter())) {
            Progress progress = new Progress(out, isTerminal(), System::nanoTime, file.size());
            try {
                Importer.Outcome outcome = new Importer(options, file, stateFile, uplink, progress).run();
                return new Ended(outcome, progress.seconds());
            } finally {
                progress.clear();
            }
        }
    }

    private record Ended(Importer.Outcome outcome, double seconds) {}

    /** The launcher sets NO_COLOR where the output is not a terminal; Java cannot tell. */
    private boolean isTerminal() {
        return !environment.containsKey("NO_COLOR")
                && !environment.getOrDefault("TERM", "dumb").equals("dumb");
    }

    private static String newWriter() {
        RandomGenerator random = new java.security.SecureRandom();
        StringBuilder writer = new StringBuilder();
        for (int i = 0; i < WRITER_LENGTH; i++) {
            writer.append(Character.forDigit(random.nextInt(36), 36));
        }
        return writer.toString();
    }

    private int report(ImportOptions options, Ended ended) {
        Importer.Outcome outcome = ended.outcome();
        long sent = outcome.rows() - Math.min(outcome.rows(), outcome.resumedFrom());
        out.println(String.format(
                Locale.ROOT,
                "%,d rows in %s%s: %.1f s, %,.0f rows/s",
                outcome.imported(),
                options.map(),
                outcome.resumedFrom() == 0 ? "" : " (the first %,d by an earlier run)".formatted(outcome.resumedFrom()),
                ended.seconds(),
                sent / Math.max(0.001, ended.seconds())));
        if (outcome.keysUnchecked()) {
            err.println("So many keys that the last ones were not checked for duplicates.");
        }
        if (outcome.rejected().count() == 0) {
            return 0;
        }
        err.println(String.format(
                Locale.ROOT, "%,d rows rejected:", outcome.rejected().count()));
        outcome.rejected().lines().forEach(line -> err.println("  " + line));
        return 1;
    }
}
