package io.topgun.node.cluster;

/** How a node has a partition. */
public enum ReplicaState {
    /** Not at all. */
    ABSENT('-'),
    /** On its disk from an earlier time, but no replica runs. */
    STORED('s'),
    /** A replica that began empty catches up with a sibling. */
    NEW('n'),
    /** A replica that began with what its disk had catches up with a sibling. */
    RETURNING('r'),
    /** A replica that has what its siblings have, but for what is on its way. */
    LIVE('L');

    private final char letter;

    ReplicaState(char letter) {
        this.letter = letter;
    }

    /** The letter that stands for this state in what nodes tell each other. */
    public char letter() {
        return letter;
    }

    /** The state that a letter stands for. */
    public static ReplicaState of(char letter) {
        for (ReplicaState state : values()) {
            if (state.letter == letter) {
                return state;
            }
        }
        throw new IllegalArgumentException("No replica state " + letter);
    }

    /** Whether a replica runs: it takes writes, and ships its log. */
    public boolean isRunning() {
        return this == NEW || this == RETURNING || this == LIVE;
    }
}
