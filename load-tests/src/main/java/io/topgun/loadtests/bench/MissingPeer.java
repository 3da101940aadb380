package io.topgun.loadtests.bench;

/** A peer cannot run here; its message says why, and the scenario goes on without it. */
public final class MissingPeer extends Exception {
    private static final long serialVersionUID = 1L;

    public MissingPeer(String why) {
        super(why);
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
