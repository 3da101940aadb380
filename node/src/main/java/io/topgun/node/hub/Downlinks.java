package io.topgun.node.hub;

import io.topgun.node.cluster.NodeId;
import io.topgun.node.partition.Change;
import io.topgun.node.partition.Peers;
import java.util.HashMap;
import java.util.Map;

/** The hubs of the nodes that read partitions from this one. */
final class Downlinks {
    /** A node that says nothing for so long has forgotten us, or is gone. */
    private static final long SILENT_MS = 30_000;

    private final NodeId self;
    private final Peers peers;
    private final Map<NodeId, Downlink> byNode = new HashMap<>();
    private long nextBorn = 1;

    Downlinks(NodeId self, Peers peers) {
        this.self = self;
        this.peers = peers;
    }

    void onWant(Hub.Want want, long nowMs) {
        if (!want.to().equals(self)) {
            return; // the one that ran at this address before
        }
        Downlink link = byNode.computeIfAbsent(want.who(), none -> new Downlink(want.replyTo(), nextBorn++));
        send(link); // what was promised before
        link.promise(want, nowMs);
        confirm(link);
        if (want.partitions().isEmpty()) {
            byNode.remove(want.who());
        }
    }

    void onStill(Hub.Still still, long nowMs) {
        if (!still.to().equals(self)) {
            return;
        }
        Downlink link = byNode.get(still.who());
        if (link == null || link.version() != still.version()) {
            peers.reply(still.replyTo().narrow(), new Hub.Confirmed(self, 0, 0, 0));
            return;
        }
        link.heard(nowMs);
        send(link); // so that what is on its way is not taken for lost
        confirm(link);
    }

    private void confirm(Downlink link) {
        peers.reply(link.to().narrow(), new Hub.Confirmed(self, link.version(), link.born(), link.number()));
    }

    /** Takes a change of one of this node's replicas; returns whether something waits to be sent. */
    boolean publish(Change change) {
        boolean waits = false;
        for (Downlink link : byNode.values()) {
            if (link.add(change)) {
                waits = true;
                if (link.isFull()) {
                    send(link);
                }
            }
        }
        return waits;
    }

    void flush() {
        byNode.values().forEach(this::send);
    }

    private void send(Downlink link) {
        link.take()
                .ifPresent(changes ->
                        peers.reply(link.to().narrow(), new Hub.Forwarded(self, link.born(), link.number(), changes)));
    }

    void forgetTheSilent(long nowMs) {
        byNode.values().removeIf(link -> nowMs - link.heardMs() > SILENT_MS);
    }
}
