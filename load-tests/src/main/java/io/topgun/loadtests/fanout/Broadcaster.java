package io.topgun.loadtests.fanout;

import io.topgun.loadtests.ProcessUsage;
import java.io.IOException;

/** Something that passes on what one writer sends to all who listen. */
interface Broadcaster extends AutoCloseable {
    /** Of one change, its number included. */
    int PAYLOAD_BYTES = 150;

    /** Sends changes to one group. */
    interface Publisher {
        /** Sends so many changes together, numbered from this one on, each of so many bytes. */
        void publish(long first, int count, int bytes);

        default void publish(long first, int count) {
            publish(first, count, PAYLOAD_BYTES);
        }
    }

    /**
     * A group that is connected.
     *
     * @param listeners all its connections, the writer's too
     */
    record Joined(Listeners listeners, Publisher publisher) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            listeners.close();
        }
    }

    /** Connects the subscribers of a group, and who writes to it; returns once all of them listen. */
    Joined join(Group group) throws IOException, InterruptedException;

    ProcessUsage usage() throws IOException;

    /** Of the process that serves. */
    long pid();

    @Override
    void close() throws IOException;
}
