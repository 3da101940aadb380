package io.topgun.node.partition;

import io.topgun.node.cluster.NodeId;
import io.topgun.node.cluster.ReplicaState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which sibling a replica asks what next, and what it is itself.
 *
 * <p>A replica that is not live reads all of one live sibling's changes until it has caught up. Then it is live, and asks each sibling
 * for what clients write there. With a sibling whose tail does not reach back to where it is, it first compares digests, so that what
 * it missed comes once.
 */
final class Following {
    /** Questions without an answer after which a replica that catches up turns to another sibling. */
    private static final int TRIES_MAX = 3;

    private static final long ASK_NOW = Long.MIN_VALUE / 2;

    private final boolean hadState;
    private final long againMs;
    private final Map<NodeId, Source> sources = new LinkedHashMap<>();
    private List<Sibling> siblings = List.of();
    /** Who has not told yet what it has may be the one to read from. */
    private boolean areAllKnown;

    private boolean isBehindFrontier;
    private ReplicaState own;

    /** What is to be done. */
    sealed interface Ask {
        /** Ask a sibling for what is behind a position, or only for what clients wrote there. */
        record Follow(NodeId to, LogPosition from, boolean isWhole) implements Ask {}

        /** Compare digests with a sibling, take what differs, and say when that is {@link #compared}. */
        record Compare(Sibling with) implements Ask {}
    }

    private enum Phase {
        /** Its turn has not come. */
        WAITING,
        /** It is to be compared with before it is followed. */
        UNKNOWN,
        COMPARING,
        FOLLOWED
    }

    /** A running sibling. */
    private static final class Source {
        private final Sibling sibling;
        private Phase phase;
        private boolean isWhole;
        private LogPosition asked = LogPosition.START;
        private long askedMs;
        /** Questions in a row without an answer. */
        private int tries;
        /** How often it was given up. */
        private int failures;

        Source(Sibling sibling, Phase phase) {
            this.sibling = sibling;
            this.phase = phase;
        }
    }

    /**
     * Of a replica that has just recovered.
     *
     * @param isEmpty whether nothing had ever happened to it
     * @param againMs after which time a question without an answer is asked again
     */
    Following(boolean isEmpty, long againMs) {
        this.own = isEmpty ? ReplicaState.NEW : ReplicaState.RETURNING;
        this.hadState = !isEmpty;
        this.againMs = againMs;
    }

    /** What the replica is. */
    ReplicaState own() {
        return own;
    }

    /** Whether the replica was away while the frontier passed, and has not been compared with one that was there. */
    boolean isBehindFrontier() {
        return isBehindFrontier;
    }

    /**
     * A sibling's frontier is ahead. What a replica that is not live brings from its disk may have been removed before that: its log says
     * nothing of it, a comparison does.
     */
    boolean mustCompareBehindFrontier(NodeId who) {
        if (own != ReplicaState.LIVE && hadState && source(who).sibling.isLive()) {
            isBehindFrontier = true;
        }
        return isBehindFrontier;
    }

    /** The siblings that run. */
    List<NodeId> running() {
        return List.copyOf(sources.keySet());
    }

    /**
     * The siblings are these from now on.
     *
     * @param areAll whether nobody is missing who may be one
     */
    List<Ask> siblings(List<Sibling> now, boolean areAll, PartitionState state, long nowMs) {
        siblings = List.copyOf(now);
        areAllKnown = areAll;
        Map<NodeId, Source> before = new LinkedHashMap<>(sources);
        sources.clear();
        for (Sibling sibling : siblings) {
            if (sibling.isRunning()) {
                sources.put(sibling.id(), source(sibling, Optional.ofNullable(before.get(sibling.id()))));
            }
        }
        return tick(state, nowMs);
    }

    private static Source source(Sibling sibling, Optional<Source> before) {
        Source source = new Source(sibling, before.map(it -> it.phase).orElse(Phase.WAITING));
        before.ifPresent(it -> {
            source.isWhole = it.isWhole;
            source.failures = it.failures;
            source.asked = it.asked;
            // In another state it may be another replica, which knows nothing of the question.
            source.askedMs = it.sibling.equals(sibling) ? it.askedMs : ASK_NOW;
        });
        return source;
    }

    /** Whether a shipment answers what its sender was asked last. */
    boolean isExpected(Replication.Shipment shipment) {
        Source source = sources.get(shipment.who());
        return source != null && source.phase == Phase.FOLLOWED && source.asked.equals(shipment.from());
    }

    /** An expected shipment is in the state. */
    List<Ask> reached(Replication.Shipment shipment, PartitionState state, long nowMs) {
        state.logs().reached(shipment.next());
        Source source = source(shipment.who());
        source.tries = 0;
        if (source.isWhole && !shipment.more()) {
            source.isWhole = false;
            if (own != ReplicaState.LIVE && source.sibling.isLive()) {
                own = ReplicaState.LIVE;
            }
        }
        List<Ask> asks = new ArrayList<>();
        asks.add(follow(source, state, nowMs));
        asks.addAll(plan(state, nowMs));
        return asks;
    }

    /** The sibling cannot go on from where it was asked. */
    List<Ask> refused(NodeId who, PartitionState state, long nowMs) {
        source(who).phase = Phase.UNKNOWN;
        return plan(state, nowMs);
    }

    /** What a sibling had at a position is in the state. */
    List<Ask> compared(NodeId who, LogPosition position, PartitionState state, long nowMs) {
        Source source = sources.get(who);
        if (source != null && source.phase == Phase.COMPARING) {
            state.logs().reached(position);
            source.phase = Phase.FOLLOWED;
            source.isWhole = true;
            isBehindFrontier = false;
            List<Ask> asks = new ArrayList<>(List.of(follow(source, state, nowMs)));
            asks.addAll(plan(state, nowMs));
            return asks;
        }
        return plan(state, nowMs);
    }

    /** The comparison with a sibling came to nothing. */
    List<Ask> notCompared(NodeId who, PartitionState state, long nowMs) {
        Source source = sources.get(who);
        if (source != null && source.phase == Phase.COMPARING) {
            giveUp(source, Phase.UNKNOWN);
        }
        return plan(state, nowMs);
    }

    /** The others come first from now on. */
    private void giveUp(Source source, Phase phase) {
        source.phase = phase;
        source.tries = 0;
        source.failures++;
        sources.remove(source.sibling.id());
        sources.put(source.sibling.id(), source);
    }

    /** Some time has passed. */
    List<Ask> tick(PartitionState state, long nowMs) {
        List<Ask> asks = new ArrayList<>();
        for (Source source : List.copyOf(sources.values())) {
            if (source.phase == Phase.FOLLOWED && nowMs - source.askedMs >= againMs) {
                if (own != ReplicaState.LIVE && ++source.tries == TRIES_MAX) {
                    giveUp(source, Phase.WAITING);
                } else {
                    asks.add(follow(source, state, nowMs));
                }
            }
        }
        asks.addAll(plan(state, nowMs));
        return asks;
    }

    private Source source(NodeId id) {
        Source source = sources.get(id);
        if (source == null) {
            throw new IllegalStateException("not a sibling: " + id);
        }
        return source;
    }

    private List<Ask> plan(PartitionState state, long nowMs) {
        if (own != ReplicaState.LIVE && hasNobodyToReadFrom()) {
            own = ReplicaState.LIVE;
        }
        List<Ask> asks = new ArrayList<>();
        if (own == ReplicaState.LIVE) {
            sources.values().forEach(source -> begin(source, state, nowMs).ifPresent(asks::add));
        } else if (sources.values().stream().noneMatch(Following::isDonor)) {
            donor(state).flatMap(source -> begin(source, state, nowMs)).ifPresent(asks::add);
        }
        return asks;
    }

    private boolean hasNobodyToReadFrom() {
        return areAllKnown
                && siblings.stream().noneMatch(sibling -> switch (sibling.state()) {
                    case LIVE -> true;
                    case STORED, RETURNING -> own == ReplicaState.NEW;
                    case NEW, ABSENT -> false;
                });
    }

    private static boolean isDonor(Source source) {
        return source.sibling.isLive() && (source.phase == Phase.FOLLOWED || source.phase == Phase.COMPARING);
    }

    /** A live sibling to read from: one that answers, and rather one whose log is known. */
    private Optional<Source> donor(PartitionState state) {
        return sources.values().stream()
                .filter(source -> source.sibling.isLive())
                .min(Comparator.comparingInt((Source source) -> source.failures)
                        .thenComparing(source -> source.phase != Phase.WAITING || !isKnown(source.sibling, state)));
    }

    private static boolean isKnown(Sibling sibling, PartitionState state) {
        return state.logs().of(sibling.storeId()).isPresent();
    }

    /** Follows or compares with a sibling whose turn it is; only one comparison at a time. */
    private Optional<Ask> begin(Source source, PartitionState state, long nowMs) {
        if (source.phase == Phase.WAITING) {
            boolean isLive = own == ReplicaState.LIVE;
            // Without a position a tail that reaches back to the beginning will do, as that of one that is new.
            source.phase =
                    isLive || isKnown(source.sibling, state) || state.size() == 0 ? Phase.FOLLOWED : Phase.UNKNOWN;
            source.isWhole = !isLive;
            if (source.phase == Phase.FOLLOWED) {
                return Optional.of(follow(source, state, nowMs));
            }
        }
        if (source.phase == Phase.UNKNOWN && state.size() == 0) {
            state.logs().forget(source.sibling.storeId());
            source.phase = Phase.FOLLOWED;
            source.isWhole = true;
            return Optional.of(follow(source, state, nowMs));
        }
        if (source.phase == Phase.UNKNOWN
                && sources.values().stream().noneMatch(other -> other.phase == Phase.COMPARING)) {
            source.phase = Phase.COMPARING;
            return Optional.of(new Ask.Compare(source.sibling));
        }
        return Optional.empty();
    }

    private Ask follow(Source source, PartitionState state, long nowMs) {
        source.asked = state.logs().of(source.sibling.storeId()).orElse(LogPosition.START);
        source.askedMs = nowMs;
        return new Ask.Follow(source.sibling.id(), source.asked, source.isWhole);
    }
}
