package io.topgun.node.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterStatusTest {
    private static final Replicas ALL_LIVE = new Replicas(String.valueOf(ReplicaState.LIVE.letter())
            .repeat(Replicas.NONE.letters().length()));

    private static NodeInfo node(int number, boolean isReachable, Replicas replicas) {
        NodeId id = new NodeId("pekko://topgun@127.0.0." + number + ":7270", number);
        return new NodeInfo(id, number, 1, "http://127.0.0." + number + ":8080", isReachable, false, replicas);
    }

    private static ClusterStatus status(int replicas, NodeInfo... nodes) {
        return new ClusterStatus(new ClusterView(nodes[0].id(), List.of(nodes)), replicas);
    }

    @Test
    void shouldSayThatAllIsWell() {
        assertEquals(
                """
                http://127.0.0.1:8080 (asked): 271 live
                http://127.0.0.2:8080: 271 live
                All 271 partitions have 2 live replicas.
                """, status(3, node(1, true, ALL_LIVE), node(2, true, ALL_LIVE)).inWords());
    }

    @Test
    void shouldSayWhatIsMissingWhere() {
        Replicas some = ALL_LIVE.with(3, ReplicaState.NEW)
                .with(4, ReplicaState.RETURNING)
                .with(9, ReplicaState.STORED);
        Replicas others = ALL_LIVE.with(9, ReplicaState.ABSENT);
        assertEquals("""
                http://127.0.0.1:8080 (asked): 268 live, 2 catching up, 1 on disk only
                http://127.0.0.2:8080: not reachable, 270 live
                No live replica: 9
                3 of 271 partitions have fewer than 2 live replicas: 3-4, 9
                """, status(2, node(1, true, some), node(2, false, others)).inWords());
    }

    @Test
    void shouldTellProgramsTheSame() throws IOException {
        Replicas some = ALL_LIVE.with(3, ReplicaState.NEW);
        JsonNode json = new ObjectMapper()
                .readTree(
                        status(2, node(1, true, some), node(2, false, ALL_LIVE)).inJson());
        assertEquals(2, json.get("nodes").size());
        assertEquals(270, json.get("nodes").get(0).get("live").intValue());
        assertTrue(json.get("nodes").get(0).get("reachable").booleanValue());
        assertEquals("[3]", json.get("underReplicated").toString());
        assertEquals("[]", json.get("withoutLiveReplica").toString());
        assertEquals(271, json.get("partitions").size());
        JsonNode partition = json.get("partitions").get(3);
        assertEquals("[0]", partition.get("new").toString());
        assertEquals("[1]", partition.get("live").toString());
    }

    @Test
    void shouldPutNeighboursTogether() {
        assertEquals("", ClusterStatus.ranges(List.of()));
        assertEquals("0, 2-3, 5-7, 9", ClusterStatus.ranges(List.of(0, 2, 3, 5, 6, 7, 9)));
    }
}
