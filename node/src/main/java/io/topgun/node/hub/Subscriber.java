package io.topgun.node.hub;

/** One who wants to know what changes; called on the hub's thread, must not block. */
public interface Subscriber {
    /** A change in a map of interest. */
    void onChange(SharedDelta delta);

    /** Everything published from now on in the subscription's maps will be told. */
    void onInterest(long subId);
}
