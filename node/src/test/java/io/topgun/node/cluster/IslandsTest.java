package io.topgun.node.cluster;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IslandsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<ActorSystem<Object>> systems = new ArrayList<>();

    private static NodeId node(int number) {
        return new NodeId("pekko://topgun@127.0.0." + number + ":7270", number);
    }

    private ActorSystem<Object> start(int number) {
        ActorSystem<Object> system = ActorSystem.create(
                Behaviors.empty(),
                "topgun",
                ConfigFactory.parseString(
                                "pekko.remote.artery.canonical { hostname = \"127.0.0." + number + "\", port = 0 }")
                        .withFallback(ConfigFactory.parseResources("topgun.conf"))
                        .withFallback(ConfigFactory.load())
                        .resolve());
        systems.add(system);
        return system;
    }

    private static void join(ActorSystem<Object> node, ActorSystem<Object> other, Set<String> known) {
        UniqueAddress address = Cluster.get(node).selfMember().uniqueAddress();
        NodeId id = new NodeId(address.address().toString(), address.longUid());
        DistributedDirectory directory =
                DistributedDirectory.start(node, new NodeInfo(id, 1, 1, "", true, false, Replicas.NONE));
        node.systemActorOf(Islands.create(directory, known), Islands.NAME, Props.empty());
        Cluster.get(node)
                .manager()
                .tell(Join.create(Cluster.get(other).selfMember().address()));
        await().atMost(PATIENCE)
                .until(() -> Cluster.get(node).selfMember().status().equals(MemberStatus.up()));
    }

    @AfterEach
    void stop() {
        systems.forEach(ActorSystem::terminate);
        systems.forEach(
                system -> system.getWhenTerminated().toCompletableFuture().join());
    }

    @Test
    void shouldGiveWayToTheGreaterClusterAndAmongEqualsToTheLowestNode() {
        assertTrue(Islands.yields(List.of(node(1)), List.of(node(2), node(3))));
        assertFalse(Islands.yields(List.of(node(2), node(3)), List.of(node(1))));
        assertTrue(Islands.yields(List.of(node(3), node(4)), List.of(node(5), node(2))));
        assertFalse(Islands.yields(List.of(node(5), node(2)), List.of(node(3), node(4))));
    }

    @Test
    void shouldEndTheNodesOfTheSmallerClusterWhenItMeetsTheGreater() {
        ActorSystem<Object> first = start(2);
        ActorSystem<Object> second = start(3);
        ActorSystem<Object> alone = start(1);
        join(first, first, Set.of());
        join(second, first, Set.of());
        join(alone, alone, Set.of(Cluster.get(second).selfMember().address().toString()));
        await().atMost(PATIENCE)
                .until(() -> alone.getWhenTerminated().toCompletableFuture().isDone());
        assertEquals(MemberStatus.up(), Cluster.get(first).selfMember().status());
        assertEquals(MemberStatus.up(), Cluster.get(second).selfMember().status());
    }
}
