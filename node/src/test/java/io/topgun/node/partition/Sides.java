package io.topgun.node.partition;

import io.topgun.protocol.Entry;
import io.topgun.protocol.Prefixes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;

/** A replica that repairs from a sibling, over a network that loses and delays, while both are written to. */
final class Sides {
    private static final ActorRef<ReadReply> NOBODY =
            TestInbox.<ReadReply>create().getRef();
    private static final ActorRef<Roots> NOBODY_EITHER =
            TestInbox.<Roots>create().getRef();

    final PartitionState source = Histories.state();
    final PartitionState own = Histories.state();
    /** What the source was after each of its changes. */
    final List<Copy> sourceAt = new ArrayList<>(List.of(new Copy()));
    /** What the own state must amount to. */
    final Copy ownCopy = new Copy();

    /** All that was ever merged here, of which nothing is forgotten. */
    final Copy ownEver = new Copy();

    /** What happens meanwhile. */
    final Deque<Runnable> live = new ArrayDeque<>();

    long bytes;
    int exchanges;
    private long tags;

    void write(PartitionState side, Histories.Step step) {
        Histories.event(side, step).ifPresent(event -> apply(side, event));
    }

    @SuppressWarnings("ReferenceEquality")
    void apply(PartitionState side, Event event) {
        side.apply(event);
        if (side == source) {
            sourceAt.add(sourceAt.getLast().copy().apply(event));
        } else {
            ownCopy.apply(event);
            switch (event) {
                case Event.Merged merged -> ownEver.merge(merged.entries());
                case Event.Shipped shipped -> ownEver.merge(shipped.entries());
                case Event.Repaired repaired -> ownEver.merge(repaired.entries());
                case Event.FrontierAdvanced advanced -> {}
            }
        }
    }

    /** Both sides are given it. */
    void writeBoth(Histories.Step step) {
        Optional<Event> event = Histories.event(source, step);
        event.ifPresent(some -> {
            apply(source, some);
            apply(own, some);
        });
    }

    /** The number that the repair ends with; one of so many messages is lost, and one as often comes twice, the second time late. */
    long repair(Repair.Keep keep, int bytesMax, int lossEvery, Random random) {
        Repair repair = begin(keep, bytesMax);
        List<Object> late = new ArrayList<>();
        int restarts = 3;
        while (true) {
            switch (repair.next(own)) {
                case Repair.Next.Done done -> {
                    return done.seq();
                }
                case Repair.Next.Ask ask -> {
                    happen(random);
                    if (random.nextInt(lossEvery) == 0) {
                        repair = restarts > 0 && random.nextBoolean() ? begin(keep, bytesMax) : repair;
                        restarts--;
                    } else {
                        Object answer = ask(ask.question());
                        happen(random);
                        if (random.nextInt(lossEvery) == 0) {
                            late.add(answer);
                        }
                        if (!late.isEmpty() && random.nextBoolean()) {
                            apply(on(repair, late.remove(0)));
                        }
                        apply(on(repair, answer));
                    }
                }
            }
        }
    }

    private Repair begin(Repair.Keep keep, int bytesMax) {
        return new Repair(new Repair.Asker(() -> tags++, bytesMax, NOBODY_EITHER, NOBODY), keep);
    }

    private void happen(Random random) {
        for (int i = random.nextInt(3); i > 0 && !live.isEmpty(); i--) {
            live.remove().run();
        }
    }

    private Repair.Changes on(Repair repair, Object answer) {
        return answer instanceof Roots roots ? repair.on(roots, own) : repair.on((ReadReply) answer, own);
    }

    private void apply(Repair.Changes changes) {
        if (changes.frontierMs() > 0) {
            apply(own, new Event.FrontierAdvanced(changes.frontierMs()));
        }
        if (!changes.dropped().isEmpty() || !changes.merged().isEmpty()) {
            byte[] block = Histories.merged(changes.merged()).block();
            apply(own, new Event.Repaired(changes.dropped(), changes.merged(), block));
        }
    }

    private Object ask(PartitionReplica.Command question) {
        Reader reader = new Reader(9, source);
        exchanges++;
        Object answer = switch (question) {
            case PartitionReplica.ReadRoots read -> reader.roots(read);
            case PartitionReplica.ReadDigests read -> reader.digests(read);
            case PartitionReplica.ReadKeys read -> reader.keys(read);
            case PartitionReplica.PickCells pick -> reader.cells(pick);
            case PartitionReplica.ReadBuckets read -> reader.buckets(read);
            default -> throw new AssertionError("no question of a repair: " + question);
        };
        bytes += 40 + questionBytes(question) + answerBytes(answer);
        return answer;
    }

    /** As the protocol writes them, without what every message has. */
    private static long questionBytes(PartitionReplica.Command question) {
        return switch (question) {
            case PartitionReplica.ReadKeys read -> 3L * read.buckets().size();
            case PartitionReplica.PickCells pick -> prefixBytes(pick.buckets(), pick.width());
            case PartitionReplica.ReadBuckets read -> 3L * read.buckets().size();
            default -> 0;
        };
    }

    private static long answerBytes(Object answer) {
        return switch (answer) {
            case Roots roots ->
                8
                        + roots.roots().stream()
                                .mapToLong(Roots.Root::approximateBytes)
                                .sum();
            case ReadReply.Digests told -> (long) told.width() * told.digests().length;
            case ReadReply.Keys told -> prefixBytes(told.buckets(), told.width());
            case ReadReply.Cells picked -> prefixBytes(picked.buckets(), picked.width()) + cellBytes(picked.entries());
            case ReadReply.Buckets fetched -> 3L * fetched.buckets().size() + cellBytes(fetched.entries());
            default -> throw new AssertionError("no answer to a repair: " + answer);
        };
    }

    private static long prefixBytes(List<Prefixes> buckets, int width) {
        return buckets.stream()
                .mapToLong(bucket -> 4 + (long) width * bucket.prefixes().size())
                .sum();
    }

    static long cellBytes(List<Entry> entries) {
        return Histories.merged(entries).block().length;
    }
}
