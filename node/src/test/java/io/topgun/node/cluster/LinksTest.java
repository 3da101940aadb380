package io.topgun.node.cluster;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.topgun.protocol.CborWriter;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two nodes that talk over real remoting. */
class LinksTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What the test's nodes send each other. */
    record Note(int number, String text) implements ClusterMessage {}

    record Question(int number, ActorRef<Note> replyTo) implements ClusterMessage {}

    private final Queue<ClusterMessage> inbound = new ConcurrentLinkedQueue<>();
    private final ActorSystem<Object> here = system("127.0.0.2");
    private final ActorSystem<Object> there = system("127.0.0.3");
    private final Links links = Links.open(here, message -> {});
    private final Links backLinks = Links.open(there, this::arrived);

    private static ActorSystem<Object> system(String host) {
        return ActorSystem.create(
                Behaviors.empty(),
                "topgun",
                ConfigFactory.parseString("pekko.remote.artery.canonical { hostname = \"" + host + "\", port = 0 }")
                        .withFallback(ConfigFactory.parseString("pekko.actor.provider = cluster"))
                        .withFallback(ConfigFactory.load()));
    }

    @AfterEach
    void stop() {
        for (ActorSystem<Object> system : List.of(here, there)) {
            system.terminate();
        }
        here.getWhenTerminated().toCompletableFuture().join();
        there.getWhenTerminated().toCompletableFuture().join();
    }

    private void arrived(ClusterMessage message) {
        if (message instanceof Question question) {
            backLinks.send(question.replyTo(), new Note(question.number(), "answer"));
        } else {
            inbound.add(message);
        }
    }

    private NodeId other() {
        return new NodeId(Cluster.get(there).selfMember().address().toString(), 0);
    }

    @Test
    void shouldBringEverythingInItsOrder() {
        int count = 20_000;
        for (int i = 0; i < count; i++) {
            links.send(other(), new Note(i, "n" + i));
        }
        await().atMost(PATIENCE).until(() -> inbound.size() == count);
        List<Note> expected =
                IntStream.range(0, count).mapToObj(i -> new Note(i, "n" + i)).toList();
        assertEquals(expected, List.copyOf(inbound));
    }

    @Test
    void shouldBringAMessageThatIsLargerThanARemoteMessageMayBe() {
        Random random = new Random(4);
        StringBuilder text = new StringBuilder();
        random.ints(5 << 20, ' ', '~').forEach(c -> text.append((char) c));
        links.send(other(), new Note(1, "small"));
        links.send(other(), new Note(2, text.toString()));
        links.send(other(), new Note(3, "small"));
        await().atMost(PATIENCE).until(() -> inbound.size() == 3);
        assertTrue(inbound.contains(new Note(2, text.toString())));
    }

    @Test
    void shouldBringAnAnswerToTheActorThatAsked() {
        Queue<Note> answers = new ConcurrentLinkedQueue<>();
        ActorRef<Note> asker = here.systemActorOf(
                Behaviors.receiveMessage(note -> {
                    answers.add(note);
                    return Behaviors.same();
                }),
                "asker",
                Props.empty());
        links.send(other(), new Question(7, asker));
        await().atMost(PATIENCE).until(() -> !answers.isEmpty());
        assertEquals(List.of(new Note(7, "answer")), List.copyOf(answers));
    }

    @Test
    void shouldGiveUpAMessageOfWhichAPartIsLostAndBringTheNext() {
        ActorRef<Parcel> gate = here.systemActorOf(Gate.create(inbound::add), "gate", Props.empty());
        byte[] first = letter(new Note(1, "a part of it is lost"));
        gate.tell(new Parcel(1, 0, false, new byte[0]));
        gate.tell(new Parcel(1, 2, true, first));
        gate.tell(new Parcel(2, 1, true, first));
        gate.tell(new Parcel(1, 0, false, new byte[0]));
        gate.tell(new Parcel(1, 1, true, letter(new Note(2, "whole"))));
        await().atMost(PATIENCE).until(() -> !inbound.isEmpty());
        assertEquals(List.of(new Note(2, "whole")), List.copyOf(inbound));
    }

    private byte[] letter(Note note) {
        Serialization serialization = SerializationExtension.get(Adapter.toClassic(here));
        Serializer serializer = serialization.findSerializerFor(note);
        CborWriter out = new CborWriter();
        new Letter("", serializer.identifier(), Serializers.manifestFor(serializer, note), serializer.toBinary(note))
                .write(out);
        return out.toByteArray();
    }
}
