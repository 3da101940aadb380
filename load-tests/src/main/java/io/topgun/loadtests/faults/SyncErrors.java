package io.topgun.loadtests.faults;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A process whose every sync fails with EIO, by strace, until it is ended. */
final class SyncErrors {
    private static final int DETACHED_WITHIN_SECONDS = 10;

    private final Process strace;

    SyncErrors(long pid) throws IOException {
        strace = Tool.start(
                "strace",
                "-qq",
                "-f",
                "-e",
                "trace=fsync,fdatasync",
                "-e",
                "inject=fsync,fdatasync:error=EIO",
                "-p",
                Long.toString(pid));
    }

    static Optional<String> missing() throws InterruptedException {
        try {
            Process trial = Tool.start("sleep", "0.3");
            if (Tool.succeeds("strace", "-qq", "-p", Long.toString(trial.pid()))) {
                return Optional.empty();
            }
            return Optional.of("strace is not installed, or may not attach to another process");
        } catch (IOException e) {
            return Optional.of("no process to try strace on: " + e);
        }
    }

    void end() throws InterruptedException {
        strace.destroy();
        if (!strace.waitFor(DETACHED_WITHIN_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("strace does not let go");
        }
    }
}
