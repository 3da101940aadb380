package io.topgun.node.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The directory of a node that is alone. */
public final class SoleDirectory implements Directory {
    private final List<Consumer<ClusterView>> listeners = new ArrayList<>();
    private NodeInfo self;

    public SoleDirectory(NodeInfo self) {
        this.self = self;
    }

    @Override
    public synchronized ClusterView view() {
        return new ClusterView(self.id(), List.of(self));
    }

    @Override
    public synchronized void listen(Consumer<ClusterView> listener) {
        listeners.add(listener);
        listener.accept(view());
    }

    @Override
    public synchronized void report(int partition, ReplicaState state) {
        self = self.with(self.replicas().with(partition, state));
        listeners.forEach(listener -> listener.accept(view()));
    }
}
