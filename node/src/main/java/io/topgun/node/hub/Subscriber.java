package io.topgun.node.hub;

/** One who wants to know what changes; called on the hub's thread, must not block. */
public interface Subscriber {
    /** Changes, some in maps of interest, of the sources that the partitions have by what was told last. */
    void onChanges(SharedFrame frame);

    /** Everything that these sources publish from now on in the subscription's maps will be told. */
    void onInterest(long subId, SourceTable sources);

    /** From now on changes come from these sources; what was not told yet of another one never will be. */
    void onSources(SourceTable sources);

    /** A partition has had no source for too long. */
    void onLost();
}
