package io.topgun.loadtests.digest;

/** How many keys of a client differ from the node's. */
record DigestLoad(int differences) {
    @Override
    public String toString() {
        return differences + " differ";
    }
}
