package io.topgun.node.cluster;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;

/**
 * Brings together what belongs together: a node that was cut off and started again where it reaches nobody begins a cluster of its own,
 * and two clusters do not find each other by themselves. So each node calls on those that it knew and that are not members. Where
 * two clusters meet, the nodes of the smaller one end, to be started again and join the other.
 */
public final class Islands extends AbstractBehavior<Islands.Command> {
    /** Where it is found on every node, below the root of system actors. */
    public static final String NAME = "islands";

    private static final Duration EVERY = Duration.ofSeconds(4);
    /** How long two clusters must have seen each other: a node that just joined is not known to all at once. */
    private static final long CONFIRMED_MS = 3_000;

    private static final long FORGOTTEN_MS = 20_000;

    /** What the nodes tell each other and themselves. */
    public sealed interface Command {}

    private record Tick() implements Command {}

    private record Seen(ClusterView view) implements Command {}

    /**
     * One node tells another who is in its cluster.
     *
     * @param isAnswer whether it was told the same before
     */
    record Sighting(NodeId who, List<NodeId> members, boolean isAnswer) implements Command, ClusterMessage {}

    /** Since when a node of another cluster has been seen, and when it was last. */
    private record Contact(long sinceMs, long lastMs) {}

    private final ActorRefResolver resolver;
    private final Cluster cluster;
    /** Addresses of nodes that are or were members, and did not leave on their own account. */
    private final Set<String> known;

    private final Map<NodeId, Contact> contacts = new HashMap<>();
    private ClusterView view;

    /**
     * A node's lookout.
     *
     * @param known addresses of the nodes that it was told of or knew when it last ran
     */
    public static Behavior<Command> create(Directory directory, Collection<String> known) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(new Tick(), EVERY);
            ActorRef<Command> self = context.getSelf();
            directory.listen(view -> self.tell(new Seen(view)));
            return new Islands(context, directory.view(), known);
        }));
    }

    private Islands(ActorContext<Command> context, ClusterView view, Collection<String> known) {
        super(context);
        this.resolver = ActorRefResolver.get(context.getSystem());
        this.cluster = Cluster.get(context.getSystem());
        this.known = new HashSet<>(known);
        this.view = view;
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder().onMessage(Command.class, this::onCommand).build();
    }

    private Behavior<Command> onCommand(Command command) {
        switch (command) {
            case Tick tick -> callOnStrangers();
            case Seen seen -> onView(seen.view());
            case Sighting sighting -> onSighting(sighting);
        }
        return this;
    }

    private void onView(ClusterView now) {
        view.nodes().stream()
                .filter(NodeInfo::isLeaving)
                .forEach(node -> known.remove(node.id().address()));
        view = now;
        now.nodes().forEach(node -> known.add(node.id().address()));
    }

    private boolean isMember() {
        return cluster.selfMember().status().equals(MemberStatus.up());
    }

    private List<NodeId> members() {
        return view.nodes().stream().map(NodeInfo::id).toList();
    }

    private void callOnStrangers() {
        long nowMs = nowMs();
        contacts.values().removeIf(contact -> nowMs - contact.lastMs() > FORGOTTEN_MS);
        if (isMember()) {
            Set<String> strangers = new HashSet<>(known);
            view.nodes().forEach(node -> strangers.remove(node.id().address()));
            strangers.forEach(address -> tell(address, false));
        }
    }

    private void tell(String address, boolean isAnswer) {
        resolver.<Sighting>resolveActorRef(address + "/system/" + NAME)
                .tell(new Sighting(view.self(), members(), isAnswer));
    }

    private void onSighting(Sighting sighting) {
        boolean isOneCluster =
                members().contains(sighting.who()) || sighting.members().contains(view.self());
        if (!isMember() || isOneCluster) {
            contacts.remove(sighting.who());
            return;
        }
        long nowMs = nowMs();
        Contact contact = contacts.merge(
                sighting.who(), new Contact(nowMs, nowMs), (old, now) -> new Contact(old.sinceMs(), now.lastMs()));
        if (yields(members(), sighting.members())) {
            if (nowMs - contact.sinceMs() >= CONFIRMED_MS) {
                getContext()
                        .getLog()
                        .warn("There is a greater cluster at {}: this node ends, to join it", sighting.who());
                cluster.manager().tell(new Down(cluster.selfMember().address()));
            }
        } else if (!sighting.isAnswer()) {
            tell(sighting.who().address(), true);
        }
    }

    /** Whether the nodes of a cluster give way to another one: to the greater, among equals to that of the lowest node. */
    static boolean yields(List<NodeId> own, List<NodeId> other) {
        return own.size() != other.size()
                ? own.size() < other.size()
                : Collections.min(own).compareTo(Collections.min(other)) > 0;
    }

    private static long nowMs() {
        return System.nanoTime() / 1_000_000;
    }
}
