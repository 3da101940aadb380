package io.topgun.node.cluster;

import io.topgun.protocol.CborReader;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;

/** Where the parcels of other nodes arrive: puts them together, opens them, hands out what is in them. */
final class Gate extends AbstractBehavior<Parcel> {
    /** Messages that wait for their next part; the oldest is given up, as its node is gone. */
    private static final int PARTIAL_MAX = 32;

    private final Consumer<ClusterMessage> inbound;
    private final ActorRefResolver resolver;
    private final Serialization serialization;
    private final Map<Long, Partial> partials = new LinkedHashMap<>();

    /** The parts of a message that have come. */
    private static final class Partial {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(2 * Link.PARCEL_BYTES_MAX);
        private int next;

        /** Whether it was the part that follows. */
        boolean add(Parcel part) {
            bytes.writeBytes(part.bytes());
            return part.index() == next++;
        }
    }

    static Behavior<Parcel> create(Consumer<ClusterMessage> inbound) {
        return Behaviors.setup(context -> new Gate(context, inbound));
    }

    private Gate(ActorContext<Parcel> context, Consumer<ClusterMessage> inbound) {
        super(context);
        this.inbound = inbound;
        this.resolver = ActorRefResolver.get(context.getSystem());
        this.serialization = SerializationExtension.get(Adapter.toClassic(context.getSystem()));
    }

    @Override
    public Receive<Parcel> createReceive() {
        return newReceiveBuilder().onMessage(Parcel.class, this::onParcel).build();
    }

    private Behavior<Parcel> onParcel(Parcel parcel) {
        if (parcel.index() == 0 && parcel.isLast()) {
            open(parcel.bytes());
        } else {
            onPart(parcel);
        }
        return this;
    }

    private void onPart(Parcel part) {
        Partial partial = part.index() == 0 ? new Partial() : partials.get(part.link());
        if (partial == null) {
            return; // a part before it was lost
        }
        partials.remove(part.link());
        if (!partial.add(part)) {
            return;
        }
        if (part.isLast()) {
            open(partial.bytes.toByteArray());
        } else {
            partials.put(part.link(), partial);
            if (partials.size() > PARTIAL_MAX) {
                partials.remove(partials.keySet().iterator().next());
            }
        }
    }

    private void open(byte[] bytes) {
        CborReader in = new CborReader(bytes);
        while (!in.atEnd()) {
            Letter letter = Letter.read(in);
            try {
                deliver(letter);
            } catch (RuntimeException e) {
                // Of a later version, say. It counts as lost: who asked asks again, or somebody else.
                getContext().getLog().warn("Cannot read a {} of another node", letter.manifest(), e);
            }
        }
    }

    private void deliver(Letter letter) {
        Object message = serialization
                .deserialize(letter.bytes(), letter.serializer(), letter.manifest())
                .get();
        if (letter.to().isEmpty()) {
            inbound.accept((ClusterMessage) message);
        } else {
            resolver.resolveActorRef(letter.to()).tell(message);
        }
    }
}
