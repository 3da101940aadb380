package io.topgun.persistence.rocksdb;

import java.util.List;

/** A place in a query's answer, from which the next page can be read; reading blocks. */
interface Cursor<T> {
    /** What is known of the answer behind a page. */
    enum Then {
        /** There may be more already. */
        MORE,
        /** That was all there is now. */
        CAUGHT_UP,
        /** That was all there will ever be. */
        END
    }

    /** Some elements, none perhaps, and the place behind them. */
    record Page<T>(List<T> elements, Cursor<T> next, Then then) {}

    Page<T> read();
}
