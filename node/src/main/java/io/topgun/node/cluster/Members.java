package io.topgun.node.cluster;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is known of the cluster: who is a member, who of them can be reached, what each has told of itself. */
final class Members {
    private final Set<NodeId> members = new HashSet<>();
    private final Set<NodeId> unreachable = new HashSet<>();
    private final Map<NodeId, Told> told = new HashMap<>();
    private Told self;

    Members(Told self) {
        this.self = self;
    }

    Told self() {
        return self;
    }

    void self(Told now) {
        self = now;
    }

    /** Takes what all have told, in place of what they had told before. */
    void told(Iterable<Told> all) {
        told.clear();
        all.forEach(one -> told.put(one.info().id(), one));
    }

    void joined(NodeId node) {
        members.add(node);
    }

    void left(NodeId node) {
        members.remove(node);
        unreachable.remove(node);
    }

    void reachable(NodeId node, boolean isReachable) {
        if (isReachable) {
            unreachable.remove(node);
        } else {
            unreachable.add(node);
        }
    }

    /** The members that have told of themselves; this node too, even before it is one. */
    Map<NodeId, Told> known() {
        Map<NodeId, Told> known = new HashMap<>(told);
        known.keySet().retainAll(members);
        known.put(self.info().id(), self);
        return known;
    }

    ClusterView view() {
        List<NodeInfo> nodes = known().values().stream()
                .map(Told::info)
                .map(info -> info.reachable(!unreachable.contains(info.id())))
                .sorted((a, b) -> a.id().compareTo(b.id()))
                .toList();
        return new ClusterView(self.info().id(), nodes, isComplete());
    }

    private boolean isComplete() {
        NodeId own = self.info().id();
        return members.contains(own)
                && members.stream()
                        .allMatch(node -> node.equals(own) || unreachable.contains(node) || told.containsKey(node));
    }
}
