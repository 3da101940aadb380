package io.topgun.loadtests.write;

import java.io.IOException;
import java.time.Duration;

/** Something that stores batches durably before it answers, under a closed loop of connections. */
interface Line extends AutoCloseable {
    int CONNECTIONS = 64;

    String name();

    /** Writes for a while; all of it is acknowledged when this returns. */
    Sample run(int opsPerFrame, Duration time) throws IOException, InterruptedException;

    /** Throws if what is stored is not what was acknowledged; returns what was compared, in words. */
    String prove() throws IOException, InterruptedException;

    @Override
    void close();
}
