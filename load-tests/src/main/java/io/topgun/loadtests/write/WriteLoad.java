package io.topgun.loadtests.write;

/**
 * How writes are put on a store.
 *
 * @param connections that write at a time, or all where a store has fewer
 * @param opsPerFrame operations that a connection sends and waits for together
 */
record WriteLoad(int connections, int opsPerFrame, Pace pace) {
    /** As long as nothing else is said. */
    static final int CONNECTIONS = 64;

    enum Pace {
        /** Each connection sends the next frame when the last one is answered. */
        CLOSED,
        /** Frames are due at a quarter of the rate that the contender reached so, whether or not the last one is answered. */
        QUARTER
    }

    static WriteLoad closed(int opsPerFrame) {
        return new WriteLoad(CONNECTIONS, opsPerFrame, Pace.CLOSED);
    }

    static WriteLoad quarter(int opsPerFrame) {
        return new WriteLoad(CONNECTIONS, opsPerFrame, Pace.QUARTER);
    }

    /** The same by so many connections. */
    WriteLoad by(int connections) {
        return new WriteLoad(connections, opsPerFrame, pace);
    }

    @Override
    public String toString() {
        return opsPerFrame + " per frame"
                + (connections == CONNECTIONS ? "" : ", " + connections + " writers")
                + (pace == Pace.CLOSED ? "" : ", quarter rate");
    }
}
