package io.topgun.node.cluster;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Three nodes that tell each other of themselves over real remoting. */
class DistributedDirectoryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final List<Node> nodes = new ArrayList<>();

    private record Node(
            ActorSystem<Object> system, DistributedDirectory directory, ConcurrentMap<NodeId, NodeInfo> heard) {
        NodeId id() {
            return directory.view().self();
        }

        List<NodeId> known() {
            return directory.view().nodes().stream().map(NodeInfo::id).toList();
        }

        ReplicaState state(Node of, int partition) {
            return directory.view().node(of.id()).orElseThrow().replicas().of(partition);
        }
    }

    private Node start(int number, int port) {
        Config config = ConfigFactory.parseString("""
                pekko.remote.artery.canonical { hostname = "127.0.0.%d", port = %d }
                pekko.coordinated-shutdown.run-by-actor-system-terminate = off
                pekko.cluster { gossip-interval = 200ms, jmx.enabled = off, split-brain-resolver.stable-after = 2s }
                """.formatted(number, port))
                .withFallback(ConfigFactory.parseResources("topgun.conf"))
                .withFallback(ConfigFactory.load())
                .resolve();
        ActorSystem<Object> system = ActorSystem.create(Behaviors.empty(), "topgun", config);
        UniqueAddress address = Cluster.get(system).selfMember().uniqueAddress();
        NodeId id = new NodeId(address.address().toString(), address.longUid());
        DistributedDirectory directory = DistributedDirectory.start(
                system, new NodeInfo(id, number, 1, "http://127.0.0." + number, true, false, Replicas.NONE));
        ConcurrentMap<NodeId, NodeInfo> heard = new ConcurrentHashMap<>();
        directory.listen(view -> {
            heard.keySet().retainAll(view.nodes().stream().map(NodeInfo::id).toList());
            view.nodes().forEach(info -> heard.put(info.id(), info));
        });
        Node node = new Node(system, directory, heard);
        nodes.add(node);
        Cluster.get(system)
                .manager()
                .tell(Join.create(
                        Cluster.get(nodes.get(0).system()).selfMember().address()));
        return node;
    }

    private static void stop(Node node) {
        node.system().terminate();
        node.system().getWhenTerminated().toCompletableFuture().join();
    }

    @AfterEach
    void stop() {
        nodes.forEach(node -> node.system().terminate());
        CompletableFuture.allOf(nodes.stream()
                        .map(node -> node.system().getWhenTerminated().toCompletableFuture())
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    private void awaitAllKnow(List<Node> expected) {
        List<NodeId> ids = expected.stream().map(Node::id).sorted().toList();
        await().atMost(PATIENCE)
                .untilAsserted(() -> expected.forEach(node -> assertEquals(ids, node.known(), () -> "" + node.id())));
    }

    @Test
    void shouldTellAllNodesWhatEachHasAndForgetWhoIsGone() {
        Node first = start(2, 0);
        awaitAllKnow(List.of(first));
        Node second = start(3, 0);
        Node third = start(4, 0);
        awaitAllKnow(List.of(first, second, third));

        for (int partition = 0; partition < 271; partition++) {
            second.directory().host(partition, 1);
            second.directory().report(partition, ReplicaState.NEW);
        }
        second.directory().report(7, ReplicaState.LIVE);
        for (Node node : nodes) {
            await().atMost(PATIENCE).until(() -> node.state(second, 7) == ReplicaState.LIVE);
            assertEquals(ReplicaState.NEW, node.state(second, 270));
            assertEquals(1, node.directory().slot(second.directory().view().own(), 7));
            await().atMost(PATIENCE)
                    .until(() -> Objects.equals(
                            node.heard().get(second.id()),
                            node.directory().view().node(second.id()).orElseThrow()));
        }
        third.directory().leave();
        await().atMost(PATIENCE)
                .until(() ->
                        first.directory().view().node(third.id()).orElseThrow().isLeaving());

        int port = Cluster.get(second.system()).selfMember().address().getPort().orElseThrow();
        stop(second); // without a word: as if it were killed
        await().atMost(PATIENCE)
                .until(() -> !first.directory()
                        .view()
                        .node(second.id())
                        .map(NodeInfo::isReachable)
                        .orElse(false));
        awaitAllKnow(List.of(first, third));
        Node again = start(3, port);
        awaitAllKnow(List.of(first, third, again));
        assertTrue(again.id().uid() != second.id().uid());
        assertEquals(ReplicaState.ABSENT, first.state(again, 7));
    }
}
