package io.topgun.loadtests.bench;

/** What a sample can tell. */
public enum Metric {
    RATE("ops/s", "%,.0f"),
    P50("p50 ms", "%.2f"),
    P90("p90 ms", "%.2f"),
    P99("p99 ms", "%.2f"),
    P999("p99.9 ms", "%.2f"),
    /** By that of the same turn when nothing was wrong. */
    P99_TO_NORMAL("p99 to normal", "%.2f"),
    /** Of the processes that serve, user and system, all threads, by operation. */
    CPU("CPU us/op", "%.2f"),
    /** The same by frame that was delivered, where a frame can hold several operations. */
    CPU_PER_FRAME("CPU us/frame", "%.2f"),
    /** Of the processes that serve when there is nothing to serve, in hundredths of one processor. */
    CPU_AT_REST("CPU % at rest", "%.1f"),
    /** What of their CPU time by operation they would have used at rest too. */
    CPU_OF_REST("of it at rest us/op", "%.2f"),
    /** Of the client's process, where that is what is measured. */
    CLIENT_CPU("client CPU us/op", "%.2f"),
    /** Of the generator, so that it is seen where it is the limit. */
    GENERATOR("generator us/op", "%.2f"),
    /** How late the generator was at worst in sending what was due. */
    LAG("lag ms", "%.2f"),
    MEMORY("RSS MB", "%,.0f"),
    /** On the connections, both ways. */
    BYTES("bytes/op", "%,.0f"),
    /** Of the messages of one partition in which nothing differed; of several partitions, the greatest counts. */
    BYTES_OF_EQUAL("bytes, equal partition", "%,.0f"),
    /** The same of one in which something differed. */
    BYTES_OF_REPAIRED("bytes, repaired partition", "%,.0f"),
    /** By those of the least that had to cross, in one block. */
    BYTES_TO_LEAST("bytes to the least", "%.2f"),
    SECONDS("s", "%.3f"),
    /** Of the process that serves, since nothing was wrong. */
    GROWTH("RSS growth MB", "%,.1f"),
    HEAP_GROWTH("live heap growth MB", "%,.1f"),
    HEAP("live heap bytes each", "%,.0f"),
    RESIDENT_EACH("RSS bytes each", "%,.0f"),
    ROUND_TRIPS("round trips", "%.1f");

    private final String title;
    private final String format;

    Metric(String title, String format) {
        this.title = title;
        this.format = format;
    }

    /** Its name with the unit. */
    public String title() {
        return title;
    }

    String format() {
        return format;
    }

    boolean isPercentile() {
        return compareTo(P50) >= 0 && compareTo(P999) <= 0;
    }
}
