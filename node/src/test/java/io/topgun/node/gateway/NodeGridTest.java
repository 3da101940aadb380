package io.topgun.node.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.node.clock.ClockSettings;
import io.topgun.node.clock.NodeClock;
import io.topgun.node.cluster.ClusterView;
import io.topgun.node.cluster.Directory;
import io.topgun.node.cluster.NodeId;
import io.topgun.node.cluster.NodeInfo;
import io.topgun.node.cluster.ReplicaState;
import io.topgun.node.cluster.Replicas;
import io.topgun.node.hub.Hub;
import io.topgun.node.partition.Apply;
import io.topgun.node.partition.LocalReplicas;
import io.topgun.node.partition.Submission;
import io.topgun.protocol.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;

class NodeGridTest {
    private static final int PARTITION = 3;
    private static final long START = 1_700_000_000_000L;

    private long wallMs = START;
    private final NodeClock clock =
            new NodeClock(new ClockSettings(Duration.ofSeconds(60), Duration.ofSeconds(30)), () -> wallMs, () -> 5);
    private final List<NodeInfo> nodes = new ArrayList<>(List.of(node("self")));
    private final TestInbox<RemoteWrites.Command> writes = TestInbox.create();
    private final NodeGrid grid = new NodeGrid(new NodeGrid.Ports(
            new Fixed(),
            new LocalReplicas(),
            (to, partition, command) -> {},
            TestInbox.<Hub.Command>create().getRef(),
            writes.getRef(),
            clock,
            () -> clock.fault().isEmpty()));

    private static NodeInfo node(String name) {
        return new NodeInfo(new NodeId(name, 1), 1, 1, "", true, false, Replicas.NONE);
    }

    private final class Fixed implements Directory {
        @Override
        public ClusterView view() {
            return new ClusterView(nodes.getFirst().id(), nodes);
        }

        @Override
        public void listen(Consumer<ClusterView> listener) {}

        @Override
        public void report(int partition, ReplicaState state) {}
    }

    @Test
    void shouldHandWritesToOthersWhenItsClockHasStepped() {
        nodes.add(node("other"));
        wallMs += 600_000;
        assertEquals(Optional.empty(), grid.fault());
        Apply apply = new Apply(List.of(), START, new Submission(1, Level.PERSISTED, done -> {}));
        grid.submit(PARTITION, apply);
        writes.expectMessage(new RemoteWrites.Send(PARTITION, apply));
    }

    @Test
    void shouldRefuseWritesWhenItsClockHasSteppedAndItIsAlone() {
        wallMs += 600_000;
        assertTrue(grid.fault().isPresent());
    }

    /** Others would refuse good stamps by it, and the clients set their clocks by it. */
    @Test
    void shouldRefuseWritesWhenItDoesNotKnowTheRightTime() {
        nodes.add(node("other"));
        clock.observe(START + 600_000);
        assertTrue(grid.fault().orElseThrow().contains("behind the newest write"));
    }
}
