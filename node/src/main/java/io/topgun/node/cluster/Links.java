package io.topgun.node.cluster;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;

/**
 * The ways to the other nodes. What is sent may be lost, as nodes and networks are; what is not lost comes in its order, but that a
 * message of more than {@value Link#PARCEL_BYTES_MAX} bytes may be overtaken. Of no size is a message too large.
 */
public final class Links {
    /** Where parcels arrive on every node, below the root of system actors. */
    private static final String GATE = "replicas";
    /** Named in {@code reference.conf}, too: remoting gives it a stream of its own. */
    private static final String LARGE_GATE = "replicas-large";

    private final ActorSystem<?> system;
    private final ActorRefResolver resolver;
    private final Serialization serialization;
    private final ConcurrentMap<String, Link> byAddress = new ConcurrentHashMap<>();

    private Links(ActorSystem<?> system) {
        this.system = system;
        this.resolver = ActorRefResolver.get(system);
        this.serialization = SerializationExtension.get(Adapter.toClassic(system));
    }

    /** Opens this node's gate: what comes for the node itself is handed to {@code inbound}, one at a time or two. */
    public static Links open(ActorSystem<?> system, Consumer<ClusterMessage> inbound) {
        system.systemActorOf(Gate.create(inbound), GATE, Props.empty());
        system.systemActorOf(Gate.create(inbound), LARGE_GATE, Props.empty());
        return new Links(system);
    }

    /** Sends a message to a node. */
    public void send(NodeId to, ClusterMessage message) {
        link(to.address()).send(() -> letter("", message));
    }

    /** Sends a message to an actor, wherever it is. */
    public <M extends ClusterMessage> void send(ActorRef<? super M> to, M message) {
        if (to.path().address().hasLocalScope()) {
            to.tell(message);
        } else {
            link(to.path().address().toString()).send(() -> letter(resolver.toSerializationFormat(to), message));
        }
    }

    private Letter letter(String to, ClusterMessage message) {
        Serializer serializer = serialization.findSerializerFor(message);
        byte[] bytes = serialization.serialize(message).get();
        return new Letter(to, serializer.identifier(), Serializers.manifestFor(serializer, message), bytes);
    }

    private Link link(String address) {
        return byAddress.computeIfAbsent(
                address,
                node -> new Link(
                        ThreadLocalRandom.current().nextLong(),
                        gate(node, GATE),
                        gate(node, LARGE_GATE),
                        system.executionContext()));
    }

    private ActorRef<Parcel> gate(String address, String name) {
        return resolver.resolveActorRef(address + "/system/" + name);
    }
}
