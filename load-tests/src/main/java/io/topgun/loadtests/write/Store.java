package io.topgun.loadtests.write;

import io.topgun.loadtests.ProcessUsage;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Something that takes writes and says when it has them. */
interface Store extends AutoCloseable {

    /** One who writes, without a frame on its way to begin with. */
    interface Connection {
        /** Sends a frame of so many new operations; done when all of them are acknowledged, failed if one is not. */
        CompletableFuture<Void> write(int ops);
    }

    /** The connections, for one run. */
    List<Connection> connections() throws IOException;

    /** What the processes that store have used. */
    ProcessUsage usage() throws IOException;

    /** Bytes of all connections so far, both ways; 0 where there are none that can be counted. */
    default long wireBytes() {
        return 0;
    }

    /** Throws {@link IllegalStateException} if what is stored is not what was acknowledged; else says what was compared. */
    String prove() throws IOException, InterruptedException;

    @Override
    void close() throws IOException;

    /** One that is a part of the generator's process. */
    interface InProcess extends Store {
        @Override
        default ProcessUsage usage() throws IOException {
            return ProcessUsage.of(ProcessHandle.current().pid());
        }
    }
}
