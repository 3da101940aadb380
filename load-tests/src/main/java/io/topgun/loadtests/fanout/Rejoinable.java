package io.topgun.loadtests.fanout;

import io.topgun.loadtests.ProcessUsage;
import java.io.IOException;

/** Something that keeps what was sent for those who were away. */
interface Rejoinable extends AutoCloseable {

    /** Sends so many changes, numbered from this one on; returns when they are durable. */
    void publish(long first, int count) throws IOException, InterruptedException;

    /** Connects everybody, who was away or comes for the first time. */
    Visit comeBack(Group group) throws IOException, InterruptedException;

    /** All are connected, and leave when it is closed. */
    interface Visit extends AutoCloseable {
        /** Returns once everybody has been told that there is nothing more. */
        void awaitAll() throws IOException, InterruptedException;

        /** Of all connections, both ways. */
        long bytes();

        @Override
        void close() throws IOException;
    }

    ProcessUsage usage() throws IOException;

    @Override
    void close() throws IOException;
}
