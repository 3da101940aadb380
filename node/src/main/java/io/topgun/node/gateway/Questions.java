package io.topgun.node.gateway;

import io.topgun.node.partition.Cursor;
import io.topgun.node.partition.PartitionReplica;
import io.topgun.node.partition.ReadReply;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.function.Predicate;

/**
 * What a session has asked and has no whole answer to. Each question has a tag that is never used again: an answer that comes after its
 * question was given up, as when the partition got another source, is nobody's.
 */
final class Questions {
    /** Why something is asked. */
    sealed interface Purpose {
        /** What a slow socket made us let go, or another source brings; the client stands at the change {@code clientSeq}. */
        record Behind(Set<String> maps, Cursor from, long clientSeq) implements Purpose {}

        /** A subscription catches up. */
        record Begin(CatchUp catchUp, Cursor from) implements Purpose {}

        /** A FETCH or PICK: how many prefixes it has, and how it is asked with a tag. */
        record Fetch(long subId, int prefixes, LongFunction<PartitionReplica.Command> question) implements Purpose {}

        /** A subscription that has ended meanwhile. The replica is still busy with it. */
        record None() implements Purpose {}
    }

    /** A question to a partition. */
    record Question(int partition, Purpose purpose) {}

    private static final class Asked {
        private Question question;
        private int digests;
        private boolean old;

        private Asked(Question question) {
            this.question = question;
        }
    }

    private final Map<Long, Asked> underWay = new HashMap<>();
    private long nextTag;

    /** Nothing is asked; the tags begin with this one. */
    Questions(long firstTag) {
        nextTag = firstTag;
    }

    int count() {
        return underWay.size();
    }

    /** Notes that something is asked; returns its tag. */
    long ask(Question question) {
        long tag = nextTag++;
        underWay.put(tag, new Asked(question));
        return tag;
    }

    /** Whether all that is under way is such. */
    boolean isEach(Predicate<Question> such) {
        for (Asked asked : underWay.values()) {
            if (!such.test(asked.question)) {
                return false;
            }
        }
        return true;
    }

    /** The question that an answer is to. */
    Optional<Question> of(ReadReply reply) {
        Asked asked = underWay.get(reply.tag());
        return asked == null ? Optional.empty() : Optional.of(asked.question);
    }

    /**
     * Notes an answer; returns whether the question has all of it now. Counted, as a part may be lost on the way.
     *
     * @param digestsMax answers there are if they are digests
     */
    boolean isDone(ReadReply reply, int digestsMax) {
        Asked asked = underWay.get(reply.tag());
        boolean done = !(reply instanceof ReadReply.Digests) || asked == null || ++asked.digests == digestsMax;
        if (done) {
            underWay.remove(reply.tag());
        }
        return done;
    }

    /** Nobody waits for the answers to these any more. */
    void end(long subId) {
        for (Asked asked : underWay.values()) {
            boolean ended = switch (asked.question.purpose()) {
                case Purpose.Fetch fetch -> fetch.subId() == subId;
                case Purpose.Begin begin -> begin.catchUp().subId() == subId;
                case Purpose.Behind behind -> false;
                case Purpose.None none -> false;
            };
            if (ended) {
                asked.question = new Question(asked.question.partition(), new Purpose.None());
            }
        }
    }

    /** Gives up what was asked of some partitions; returns it in the order of asking. */
    List<Question> giveUp(BitSet partitions) {
        return giveUp(asked -> partitions.get(asked.question.partition()));
    }

    /** Gives up what was there at the last call already; returns it. */
    List<Question> giveUpOld() {
        List<Question> old = giveUp(asked -> asked.old);
        underWay.values().forEach(asked -> asked.old = true);
        return old;
    }

    private List<Question> giveUp(Predicate<Asked> which) {
        List<Map.Entry<Long, Question>> givenUp = new ArrayList<>();
        Iterator<Map.Entry<Long, Asked>> all = underWay.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<Long, Asked> one = all.next();
            if (which.test(one.getValue())) {
                givenUp.add(Map.entry(one.getKey(), one.getValue().question));
                all.remove();
            }
        }
        givenUp.sort(Map.Entry.comparingByKey());
        return givenUp.stream().map(Map.Entry::getValue).toList();
    }
}
