package io.topgun.node.hub;

import io.topgun.node.partition.Change;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** Tells this node's sessions what changed in the maps they subscribe to; an actor of its own so that no replica waits for a fan-out. */
public final class Hub extends AbstractBehavior<Hub.Command> {

    /** What the hub is told. */
    public sealed interface Command {}

    /** A subscriber wants these maps too; answered by {@link Subscriber#onInterest}. */
    public record Interest(Subscriber subscriber, long subId, Set<String> maps) implements Command {}

    /** A subscriber wants none of these any more. */
    public record NoInterest(Subscriber subscriber, Set<String> maps) implements Command {}

    /** A replica's journal has synced a change. */
    public record Published(Change change) implements Command {}

    private final Map<String, Set<Subscriber>> byMap = new HashMap<>();

    /** A hub without subscribers. */
    public static Behavior<Command> create() {
        return Behaviors.setup(Hub::new);
    }

    private Hub(ActorContext<Command> context) {
        super(context);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Published.class, this::onPublished)
                .onMessage(Interest.class, this::onInterest)
                .onMessage(NoInterest.class, this::onNoInterest)
                .build();
    }

    private Behavior<Command> onPublished(Published published) {
        Set<Subscriber> interested = interested(published.change());
        if (!interested.isEmpty()) {
            SharedDelta delta = SharedDelta.of(published.change());
            for (Subscriber subscriber : interested) {
                subscriber.onChange(delta);
            }
        }
        return this;
    }

    private Set<Subscriber> interested(Change change) {
        return switch (change) {
            case Change.Merged merged -> interested(merged.maps());
            case Change.Pruned pruned -> interested(byMap.keySet());
        };
    }

    private Set<Subscriber> interested(Set<String> maps) {
        if (maps.size() == 1) {
            return byMap.getOrDefault(maps.iterator().next(), Set.of());
        }
        Set<Subscriber> all = new HashSet<>();
        for (String map : maps) {
            all.addAll(byMap.getOrDefault(map, Set.of()));
        }
        return all;
    }

    private Behavior<Command> onInterest(Interest interest) {
        for (String map : interest.maps()) {
            byMap.computeIfAbsent(map, none -> new LinkedHashSet<>()).add(interest.subscriber());
        }
        interest.subscriber().onInterest(interest.subId());
        return this;
    }

    private Behavior<Command> onNoInterest(NoInterest interest) {
        for (String map : interest.maps()) {
            byMap.computeIfPresent(map, (name, subscribers) -> {
                subscribers.remove(interest.subscriber());
                return subscribers.isEmpty() ? null : subscribers;
            });
        }
        return this;
    }
}
