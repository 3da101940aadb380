package io.topgun.loadtests.fanout;

import io.topgun.loadtests.ProcessUsage;
import java.io.IOException;

/** Something that passes on what one writer sends to all who listen. */
interface Broadcaster extends AutoCloseable {
    /** Of one change, its number included. */
    int PAYLOAD_BYTES = 150;

    /** Sends changes to one group. */
    interface Publisher {
        /** Sends so many changes together, numbered from this one on. */
        void publish(long first, int count);
    }

    /** Connects the subscribers of a group, and who writes to it; returns once all of them listen. */
    Publisher join(Group group) throws IOException, InterruptedException;

    ProcessUsage usage() throws IOException;

    /** Of the process that serves. */
    long pid();

    @Override
    void close() throws IOException;
}
