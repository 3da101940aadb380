package io.topgun.node.partition;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.JournalProtocol.WriteMessageFailure;
import org.apache.pekko.persistence.JournalProtocol.WriteMessageSuccess;
import org.apache.pekko.persistence.JournalProtocol.WriteMessages;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.PersistentRepr;
import scala.jdk.javaapi.CollectionConverters;

/** Journal plugin in front of the RocksDB journal, whose next write fails in the way it was told. */
final class FaultyJournal extends AbstractActor {
    private final ActorRef journal = Persistence.get(getContext().getSystem())
            .journalFor("topgun.persistence.rocksdb.journal", ConfigFactory.empty());
    private final List<Fault> next = new ArrayList<>(1);

    /** How a write fails. */
    enum Fault {
        /** The store never sees it. */
        REFUSED,
        /** The store has it, and it is reported as failed all the same. */
        REPORTED
    }

    @Override
    public Receive createReceive() {
        return receiveBuilder()
                .match(Fault.class, next::add)
                .match(WriteMessages.class, this::onWrite)
                .matchAny(message -> journal.forward(message, getContext()))
                .build();
    }

    private void onWrite(WriteMessages write) {
        if (next.isEmpty()) {
            journal.forward(write, getContext());
            return;
        }
        switch (next.removeFirst()) {
            case REFUSED -> {
                for (Object envelope : CollectionConverters.asJava(write.messages())) {
                    for (PersistentRepr event : CollectionConverters.asJava(((AtomicWrite) envelope).payload())) {
                        fail(write, event);
                    }
                }
            }
            case REPORTED -> {
                ActorRef misreport = getContext().actorOf(Props.create(Misreport.class, () -> new Misreport(write)));
                journal.tell(new WriteMessages(write.messages(), misreport, write.actorInstanceId()), self());
            }
        }
    }

    private static void fail(WriteMessages write, PersistentRepr event) {
        Exception cause = new IOException("a fault that a test asked for");
        write.persistentActor()
                .tell(new WriteMessageFailure(event, cause, write.actorInstanceId()), ActorRef.noSender());
    }

    /** Takes the journal's confirmation and passes on a failure. */
    private static final class Misreport extends AbstractActor {
        private final WriteMessages write;

        Misreport(WriteMessages write) {
            this.write = write;
        }

        @Override
        public Receive createReceive() {
            return receiveBuilder()
                    .match(WriteMessageSuccess.class, success -> fail(write, success.persistent()))
                    .matchAny(other -> {})
                    .build();
        }
    }
}
