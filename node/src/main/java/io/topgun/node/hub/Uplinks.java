package io.topgun.node.hub;

import io.topgun.node.cluster.NodeId;
import io.topgun.node.partition.Peers;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;

/** The hubs of the nodes that this one reads partitions from. */
final class Uplinks {
    private final NodeId self;
    private final ActorRef<Hub.Command> replyTo;
    private final Function<NodeId, ActorRef<Hub.Command>> hubs;
    private final Peers peers;
    private final Map<NodeId, Uplink> byNode = new HashMap<>();

    Uplinks(NodeId self, ActorRef<Hub.Command> replyTo, Function<NodeId, ActorRef<Hub.Command>> hubs, Peers peers) {
        this.self = self;
        this.replyTo = replyTo;
        this.hubs = hubs;
        this.peers = peers;
    }

    /** Asks each node for what is wanted of it, and lets go of those of whom nothing is. */
    void want(Map<NodeId, BitSet> partitions, Set<String> maps) {
        Iterator<Map.Entry<NodeId, Uplink>> links = byNode.entrySet().iterator();
        while (links.hasNext()) {
            Map.Entry<NodeId, Uplink> link = links.next();
            if (!partitions.containsKey(link.getKey())) {
                long version = link.getValue().wish().version() + 1;
                tell(link.getKey(), new Uplink.Wish(version, new BitSet(), Set.of()));
                links.remove();
            }
        }
        partitions.forEach((node, some) -> byNode.computeIfAbsent(node, none -> new Uplink())
                .wish(some, maps)
                .ifPresent(wish -> tell(node, wish)));
    }

    private void tell(NodeId node, Uplink.Wish wish) {
        peers.reply(hubs.apply(node).<Hub.Want>narrow(), want(node, wish));
    }

    private Hub.Want want(NodeId node, Uplink.Wish wish) {
        List<Integer> partitions = wish.partitions().stream().boxed().toList();
        return new Hub.Want(node, self, wish.version(), partitions, List.copyOf(wish.maps()), replyTo);
    }

    /** Asks again for what was not confirmed, and has the others say how much they have sent. */
    void tick() {
        byNode.forEach((node, link) -> {
            if (link.isConfirmed()) {
                peers.reply(
                        hubs.apply(node).narrow(),
                        new Hub.Still(node, self, link.wish().version(), replyTo));
            } else {
                tell(node, link.wish());
            }
        });
    }

    /** Whether every node has promised these maps. */
    boolean cover(Set<String> maps) {
        for (Uplink link : byNode.values()) {
            if (!link.covers(maps)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a node has promised what changes in a partition. */
    boolean covers(NodeId node, int partition) {
        Uplink link = byNode.get(node);
        return link != null && link.covers(partition);
    }

    Optional<Uplink.Arrival> onConfirmed(Hub.Confirmed confirmed) {
        return Optional.ofNullable(byNode.get(confirmed.who()))
                .map(link -> link.onConfirmed(confirmed.version(), confirmed.born(), confirmed.number()));
    }

    Optional<Uplink.Arrival> onForwarded(Hub.Forwarded forwarded) {
        return Optional.ofNullable(byNode.get(forwarded.who()))
                .map(link -> link.onForwarded(forwarded.born(), forwarded.number(), forwarded.changes()));
    }
}
