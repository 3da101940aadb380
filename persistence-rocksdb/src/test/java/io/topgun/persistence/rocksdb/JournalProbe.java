package io.topgun.persistence.rocksdb;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.DeleteMessagesSuccess;
import org.apache.pekko.persistence.JournalProtocol.DeleteMessagesTo;
import org.apache.pekko.persistence.JournalProtocol.RecoverySuccess;
import org.apache.pekko.persistence.JournalProtocol.ReplayMessages;
import org.apache.pekko.persistence.JournalProtocol.ReplayedMessage;
import org.apache.pekko.persistence.JournalProtocol.WriteMessageFailure;
import org.apache.pekko.persistence.JournalProtocol.WriteMessageRejected;
import org.apache.pekko.persistence.JournalProtocol.WriteMessageSuccess;
import org.apache.pekko.persistence.JournalProtocol.WriteMessages;
import org.apache.pekko.persistence.JournalProtocol.WriteMessagesFailed;
import org.apache.pekko.persistence.PersistentEnvelope;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.testkit.javadsl.TestKit;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Speaks Pekko's journal protocol as a persistent actor does. */
final class JournalProbe {
    static final String WRITER = UUID.randomUUID().toString();
    private static final int INSTANCE = 17;
    private static final Duration WAIT = Duration.ofSeconds(20);

    /** What a replay brought: the events, and the highest sequence number at its end. */
    record Replay(List<PersistentRepr> events, long highest) {
        List<Long> numbers() {
            return events.stream().map(PersistentRepr::sequenceNr).toList();
        }

        List<Object> payloads() {
            return events.stream().map(PersistentRepr::payload).toList();
        }
    }

    private final ActorRef journal;
    private final TestKit probe;
    private final String id;

    JournalProbe(TestSystem system, String id) {
        journal = system.journal();
        probe = new TestKit(system.system());
        this.id = id;
    }

    ActorRef ref() {
        return probe.getRef();
    }

    PersistentRepr event(long sequenceNr, Object payload) {
        return PersistentRepr.apply(payload, sequenceNr, id, "", false, null, WRITER);
    }

    static AtomicWrite atomic(PersistentRepr... events) {
        return new AtomicWrite(seq(List.of(events)));
    }

    /** Writes texts "a-n", the last two of them as one atomic write. */
    void writeTexts(long from, long to) {
        List<AtomicWrite> writes = new ArrayList<>();
        for (long n = from; n < to - 1; n++) writes.add(atomic(event(n, "a-" + n)));
        if (to > from) writes.add(atomic(event(to - 1, "a-" + (to - 1)), event(to, "a-" + to)));
        else writes.add(atomic(event(to, "a-" + to)));
        long acknowledged = write(writes).stream()
                .filter(WriteMessageSuccess.class::isInstance)
                .count();
        if (acknowledged != to - from + 1) throw new AssertionError("acknowledged " + acknowledged);
    }

    /** Sends one request and returns the answers to each event. */
    List<Object> write(List<AtomicWrite> writes) {
        send(writes);
        return writes.stream()
                .flatMapToLong(write -> LongStream.range(0, write.size()))
                .mapToObj(n -> answer())
                .toList();
    }

    void send(List<AtomicWrite> writes) {
        List<PersistentEnvelope> envelopes = new ArrayList<>(writes);
        journal.tell(new WriteMessages(seq(envelopes), probe.getRef(), INSTANCE), probe.getRef());
    }

    private Object answer() {
        return probe.fishForMessage(
                WAIT,
                "an answer to a write",
                m -> m instanceof WriteMessageSuccess
                        || m instanceof WriteMessageRejected
                        || m instanceof WriteMessageFailure);
    }

    WriteMessagesFailed writeFailing(AtomicWrite write) {
        send(List.of(write));
        return probe.expectMsgClass(WAIT, WriteMessagesFailed.class);
    }

    Replay replay() {
        return replay(1, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    Replay replay(long from, long to, long max) {
        journal.tell(new ReplayMessages(from, to, max, id, probe.getRef()), probe.getRef());
        List<PersistentRepr> events = new ArrayList<>();
        while (true) {
            Object answer = probe.fishForMessage(
                    WAIT, "a replay", m -> m instanceof ReplayedMessage || m instanceof RecoverySuccess);
            if (answer instanceof RecoverySuccess end) return new Replay(events, end.highestSequenceNr());
            events.add(((ReplayedMessage) answer).persistent());
        }
    }

    void deleteTo(long sequenceNr) {
        journal.tell(new DeleteMessagesTo(id, sequenceNr, probe.getRef()), probe.getRef());
        probe.fishForMessage(WAIT, "a deletion", m -> m.equals(new DeleteMessagesSuccess(sequenceNr)));
    }

    static <T> Seq<T> seq(List<T> list) {
        return CollectionConverters.asScala(list).toList();
    }
}
