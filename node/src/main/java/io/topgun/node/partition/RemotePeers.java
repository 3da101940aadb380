package io.topgun.node.partition;

import io.topgun.node.cluster.ClusterMessage;
import io.topgun.node.cluster.Links;
import io.topgun.node.cluster.NodeId;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;

/** The way to the replicas of other nodes over their links, and of theirs to this node's. */
public final class RemotePeers implements Peers {
    private final NodeId self;
    private final LocalReplicas replicas;
    private final Links links;

    private RemotePeers(ActorSystem<?> system, NodeId self, LocalReplicas replicas) {
        this.self = self;
        this.replicas = replicas;
        this.links = Links.open(system, this::arrived);
    }

    /** Opens this node's end: from now on others can reach its replicas. */
    public static RemotePeers open(ActorSystem<?> system, NodeId self, LocalReplicas replicas) {
        return new RemotePeers(system, self, replicas);
    }

    @Override
    public void tell(NodeId to, int partition, PartitionReplica.Command command) {
        if (to.equals(self)) {
            deliver(partition, command);
        } else if (command instanceof Replication.Exchange exchange) {
            links.send(to, new ExchangePost(to, partition, exchange));
        } else {
            links.send(to, new Post(to, partition, command));
        }
    }

    @Override
    public <M extends ClusterMessage> void reply(ActorRef<M> to, M message) {
        links.send(to, message);
    }

    private void arrived(ClusterMessage message) {
        if (message instanceof ExchangePost post && post.to().equals(self)) {
            deliver(post.partition(), post.exchange());
        } else if (message instanceof Post post && post.to().equals(self)) {
            deliver(post.partition(), post.command());
        }
    }

    private void deliver(int partition, PartitionReplica.Command command) {
        replicas.reachable(partition).ifPresent(replica -> replica.tell(command));
    }
}
