package io.topgun.node.cluster;

/**
 * One run of a node: a node that is started again under its old address is another one.
 *
 * @param address of the actor system, as {@code pekko://topgun@10.0.0.1:7270}
 * @param uid made by the actor system when it starts
 */
public record NodeId(String address, long uid) implements Comparable<NodeId> {
    /** As records are compared, but the uid first: it differs nearly always, and its hash needs no look at the address. */
    @Override
    public boolean equals(Object other) {
        return other instanceof NodeId that && uid == that.uid && address.equals(that.address);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(uid);
    }

    @Override
    public int compareTo(NodeId that) {
        int order = address.compareTo(that.address);
        return order != 0 ? order : Long.compare(uid, that.uid);
    }

    @Override
    public String toString() {
        return address + "#" + uid;
    }
}
