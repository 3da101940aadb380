package io.topgun.persistence.rocksdb;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.persistence.DeleteSnapshotSuccess;
import org.apache.pekko.persistence.DeleteSnapshotsSuccess;
import org.apache.pekko.persistence.SaveSnapshotFailure;
import org.apache.pekko.persistence.SaveSnapshotSuccess;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotProtocol.DeleteSnapshot;
import org.apache.pekko.persistence.SnapshotProtocol.DeleteSnapshots;
import org.apache.pekko.persistence.SnapshotProtocol.LoadSnapshot;
import org.apache.pekko.persistence.SnapshotProtocol.LoadSnapshotResult;
import org.apache.pekko.persistence.SnapshotProtocol.SaveSnapshot;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.testkit.javadsl.TestKit;
import scala.jdk.javaapi.OptionConverters;

/** Speaks Pekko's snapshot protocol as a persistent actor does. */
final class SnapshotProbe {
    private static final Duration WAIT = Duration.ofSeconds(20);

    private final ActorRef store;
    private final TestKit probe;
    private final String id;

    SnapshotProbe(TestSystem system, String id) {
        store = system.snapshotStore();
        probe = new TestKit(system.system());
        this.id = id;
    }

    ActorRef ref() {
        return probe.getRef();
    }

    SnapshotMetadata save(long sequenceNr, Object snapshot) {
        return save(new SnapshotMetadata(id, sequenceNr, 0), snapshot);
    }

    SnapshotMetadata save(SnapshotMetadata about, Object snapshot) {
        tell(new SaveSnapshot(about, snapshot));
        return probe.expectMsgClass(WAIT, SaveSnapshotSuccess.class).metadata();
    }

    Throwable saveFailing(long sequenceNr, Object snapshot) {
        tell(new SaveSnapshot(new SnapshotMetadata(id, sequenceNr, 0), snapshot));
        return probe.expectMsgClass(WAIT, SaveSnapshotFailure.class).cause();
    }

    Optional<SelectedSnapshot> load() {
        return load(SnapshotSelectionCriteria.latest(), Long.MAX_VALUE);
    }

    Optional<SelectedSnapshot> load(SnapshotSelectionCriteria criteria, long toSequenceNr) {
        tell(new LoadSnapshot(id, criteria, toSequenceNr));
        LoadSnapshotResult result = probe.expectMsgClass(WAIT, LoadSnapshotResult.class);
        return OptionConverters.toJava(result.snapshot());
    }

    void delete(SnapshotMetadata about) {
        tell(new DeleteSnapshot(about));
        probe.expectMsg(WAIT, new DeleteSnapshotSuccess(about));
    }

    void delete(SnapshotSelectionCriteria criteria) {
        tell(new DeleteSnapshots(id, criteria));
        probe.expectMsg(WAIT, new DeleteSnapshotsSuccess(criteria));
    }

    /** Gives the store what it gets when the circuit breaker gave up on a save before its commit. */
    void timeOutSave(long sequenceNr) {
        tell(new SaveSnapshotFailure(new SnapshotMetadata(id, sequenceNr, 0), new TimeoutException()));
        probe.expectMsgClass(WAIT, SaveSnapshotFailure.class);
    }

    private void tell(Object message) {
        store.tell(message, probe.getRef());
    }
}
