package io.topgun.node.gateway;

import io.topgun.node.partition.ReadReply;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The one address of a node that replicas answer readers at. Whose answer it is stands in its tag, so that a connection needs no actor
 * of its own.
 */
final class Answers {
    private static final int TAG_BITS = 32;

    private final Map<Long, Consumer<ReadReply>> askers = new ConcurrentHashMap<>();
    private final AtomicLong opened = new AtomicLong();
    private final ActorRef<ReadReply> ref;

    /** Where one asker is answered: its tags are the first one and those that follow it. */
    record Address(ActorRef<ReadReply> ref, long firstTag) {}

    Answers(ActorSystem<?> system) {
        ref = system.systemActorOf(behavior(), "answers", Props.empty());
    }

    private Behavior<ReadReply> behavior() {
        return Behaviors.receiveMessage(reply -> {
            Consumer<ReadReply> asker = askers.get(reply.tag() >>> TAG_BITS);
            if (asker != null) {
                asker.accept(reply);
            }
            return Behaviors.same();
        });
    }

    /** An address for one more asker, who is told on the actor's thread. */
    Address open(Consumer<ReadReply> asker) {
        long number = opened.incrementAndGet();
        askers.put(number, asker);
        return new Address(ref, number << TAG_BITS);
    }

    /** Nobody waits for answers at this address any more. */
    void close(Address address) {
        askers.remove(address.firstTag() >>> TAG_BITS);
    }
}
