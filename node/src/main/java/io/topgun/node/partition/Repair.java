package io.topgun.node.partition;

import io.topgun.protocol.Entry;
import java.util.ArrayDeque;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * How a replica gets what a sibling has and it has not: by digests, at the cost of what differs. Confined to the replica, which asks
 * what {@link #next} says, hands each answer to {@link #on}, applies what comes of it, and asks for the next; {@code next} again repeats
 * a question whose answer was lost. Each is given the replica's state as it is. There is one question under way, and an answer to any other is passed over.
 *
 * <p>A pass goes through the maps that differ, as {@link MapRepair} does through one. The sibling's state was at some number, its
 * position, when it told the digests of its maps. At the end of the pass each of its cells of then, or what has become of it, is merged
 * here: the cells of a bucket came, or their digest, whole and no older than the position, is that of cells that are here. Cells only
 * grow, so all changes up to the position are merged, whatever changes meanwhile on either side. Only pruning may take a cell between
 * the position and its answer: so the sibling's frontier is looked at once more, and if it has moved there is another pass. Equal states
 * are never waited for: what only this replica has is for the sibling's own repair.
 */
final class Repair {
    /** What of the own cells is to be kept. */
    enum Keep {
        /** All: of replicas that were there all the time none knows better. */
        ALL,
        /**
         * All but what is stale at the sibling's frontier and absent there. For a replica that was away while the frontier passed, until
         * a repair is done, also if it has advanced its own frontier since.
         */
        FRESH
    }

    /**
     * How to ask.
     *
     * @param tags a new one for each question
     * @param bytesMax of an answer, about
     */
    record Asker(LongSupplier tags, int bytesMax, ActorRef<Roots> rootsTo, ActorRef<ReadReply> replyTo) {}

    /** An entry's place. */
    record Address(String map, String key) {}

    /**
     * What an answer changes, in this order and all at once.
     *
     * @param frontierMs to be advanced to; 0 if not
     * @param dropped entries that go, before what remains of them is merged
     * @param merged cells, one per entry, many of which may be here already
     */
    record Changes(long frontierMs, List<Address> dropped, List<Entry> merged) {
        static final Changes NONE = new Changes(0, List.of(), List.of());

        boolean isEmpty() {
            return frontierMs == 0 && dropped.isEmpty() && merged.isEmpty();
        }
    }

    /** How it goes on. */
    sealed interface Next {
        /** The sibling is to be asked. */
        record Ask(PartitionReplica.Command question) implements Next {}

        /** All changes of the sibling up to this number are merged. */
        record Done(long seq) implements Next {}
    }

    private final Asker asker;
    private final Keep keep;
    /** The maps of the page that was told last which are still to be compared. */
    private final Queue<Roots.Root> differing = new ArrayDeque<>();

    private Optional<MapRepair> map = Optional.empty();
    /** The first answer of this pass; null before it. */
    private @Nullable Roots first;
    /** The name behind which the next page of maps begins. */
    private String after = "";
    /** Whether there is none. */
    private boolean isLastPage;

    private Optional<Next> next = Optional.empty();
    private long tag;
    private long askedDigest;

    Repair(Asker asker, Keep keep) {
        this.asker = asker;
        this.keep = keep;
    }

    /** What to do next, once the changes so far are applied; the same until it was answered. */
    Next next(PartitionState own) {
        if (next.isEmpty()) {
            tag = asker.tags().getAsLong();
            next = Optional.of(new Next.Ask(question(own)));
        }
        return next.get();
    }

    private PartitionReplica.Command question(PartitionState own) {
        while (map.isPresent() || !differing.isEmpty()) {
            if (map.isEmpty()) {
                map = Optional.of(new MapRepair(differing.remove(), keep, frontierMs()));
            }
            Optional<PartitionReplica.Command> question = map.get().question(tag, asker);
            if (question.isPresent()) {
                return question.get();
            }
            map = Optional.empty();
        }
        askedDigest = Roots.digest(own);
        int bytesMax = isLastPage ? 0 : asker.bytesMax(); // at the end nothing but the frontier counts
        return new PartitionReplica.ReadRoots(tag, askedDigest, after, bytesMax, asker.rootsTo());
    }

    private long frontierMs() {
        return first == null ? 0 : first.frontierMs();
    }

    /** Takes the digests of maps. */
    Changes on(Roots roots, PartitionState own) {
        if (!isAwaited(roots.tag()) || map.isPresent()) {
            return Changes.NONE;
        }
        next = Optional.empty();
        if (roots.frontierMs() > own.frontierMs()) {
            beginAnew(); // else all that is only to be pruned here would differ
            return new Changes(roots.frontierMs(), List.of(), List.of());
        }
        if (first != null && first.frontierMs() != roots.frontierMs()) {
            beginAnew();
        } else if (roots.digest() == askedDigest) {
            next = Optional.of(new Next.Done(roots.seq()));
        } else if (first != null && isLastPage) {
            next = Optional.of(new Next.Done(first.seq()));
        } else {
            takePage(roots, own);
        }
        return Changes.NONE;
    }

    private void beginAnew() {
        first = null;
        after = "";
        isLastPage = false;
    }

    private void takePage(Roots roots, PartitionState own) {
        if (first == null) {
            first = roots;
        }
        for (Roots.Root theirs : roots.roots()) {
            Roots.Root mine = Roots.root(own, theirs.map());
            if (mine.digest() != theirs.digest()) {
                differing.add(new Roots.Root(theirs.map(), theirs.digest(), Math.max(mine.size(), theirs.size())));
            }
        }
        if (keep == Keep.FRESH) {
            mapsMissingFrom(roots, own).forEach(name -> differing.add(Roots.root(own, name)));
        }
        isLastPage = !roots.more();
        after = isLastPage ? "" : roots.roots().getLast().map();
    }

    /** Own maps that the page passes over. */
    private Set<String> mapsMissingFrom(Roots roots, PartitionState own) {
        Set<String> behind = new TreeSet<>(own.maps()).tailSet(after, false);
        NavigableSet<String> missing = new TreeSet<>(behind);
        roots.roots().forEach(root -> missing.remove(root.map()));
        return roots.more() ? missing.headSet(roots.roots().getLast().map(), false) : missing;
    }

    /** Takes an answer about a map. */
    Changes on(ReadReply answer, PartitionState own) {
        if (!isAwaited(answer.tag()) || map.isEmpty()) {
            return Changes.NONE;
        }
        next = Optional.empty();
        return map.get().on(answer, own);
    }

    private boolean isAwaited(long answerTag) {
        return next.isPresent() && next.get() instanceof Next.Ask && tag == answerTag;
    }
}
