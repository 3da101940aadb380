package io.topgun.loadtests.write;

/**
 * How writes are put on a store, by {@value #CONNECTIONS} connections.
 *
 * @param opsPerFrame operations that a connection sends and waits for together
 */
record WriteLoad(int opsPerFrame, Pace pace) {
    static final int CONNECTIONS = 64;

    enum Pace {
        /** Each connection sends the next frame when the last one is answered. */
        CLOSED,
        /** Frames are due at a quarter of the rate that the contender reached so, whether or not the last one is answered. */
        QUARTER
    }

    static WriteLoad closed(int opsPerFrame) {
        return new WriteLoad(opsPerFrame, Pace.CLOSED);
    }

    static WriteLoad quarter(int opsPerFrame) {
        return new WriteLoad(opsPerFrame, Pace.QUARTER);
    }

    @Override
    public String toString() {
        return opsPerFrame + " per frame" + (pace == Pace.CLOSED ? "" : ", quarter rate");
    }
}
