package io.topgun.loadtests.write;

import java.io.IOException;
import java.util.List;
import org.HdrHistogram.Histogram;

/** A way to drive connections for a while. */
interface Loop {

    /**
     * What came of it.
     *
     * @param nanos from when a frame was due to its acknowledgement
     * @param lagNanos how late the generator was at worst
     */
    record Outcome(long frames, double seconds, Histogram nanos, long lagNanos) {}

    /**
     * Returns once every frame is acknowledged.
     *
     * @throws IOException if one is not
     */
    Outcome run(List<Store.Connection> connections) throws IOException, InterruptedException;
}
