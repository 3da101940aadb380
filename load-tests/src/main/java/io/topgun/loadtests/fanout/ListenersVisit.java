package io.topgun.loadtests.fanout;

import java.io.IOException;
import java.util.List;

/** A visit of listeners who have joined when nothing more is to come. */
record ListenersVisit(Listeners listeners, List<? extends Listeners.Listener> all) implements Rejoinable.Visit {
    @Override
    public void awaitAll() throws IOException, InterruptedException {
        Listeners.await(all);
    }

    @Override
    public long bytes() {
        return listeners.bytes();
    }

    @Override
    public void close() throws IOException {
        listeners.close();
    }
}
