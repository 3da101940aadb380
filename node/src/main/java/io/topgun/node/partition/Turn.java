package io.topgun.node.partition;

import io.topgun.protocol.BlockCodec;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.Rejection;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a replica makes at once of all that siblings shipped and clients sent: a journal call costs the same for one event as for
 * several, and one that waits for the journal waits for it once.
 *
 * @param events to be persisted, all or nothing
 * @param refused of the clients' operations, by frame
 * @param then what to do about the siblings when that is done
 */
record Turn(List<Event> events, List<List<Rejection>> refused, Consumer<PartitionState> then) {

    /** Decides the siblings' cells first: an operation is then judged by what all others have. */
    static Turn of(List<Apply> batch, Replicator replicator, PartitionState state) {
        Admission admission = state.admission();
        Replicator.Arrived arrived = replicator.takeArrived(admission, state);
        Admission.Decision decision = admission.decide(batch);
        List<Event> events = new ArrayList<>(arrived.cells());
        if (!decision.effects().isEmpty()) {
            CborWriter block = new CborWriter();
            BlockCodec.write(block, decision.effects());
            events.add(new Event.Merged(decision.effects(), block.toByteArray()));
        }
        if (arrived.frontierMs() > state.frontierMs()) {
            // Behind all cells: by the later frontier some of them could no longer be ordered.
            events.add(new Event.FrontierAdvanced(arrived.frontierMs()));
        }
        return new Turn(events, decision.refused(), arrived.then());
    }
}
