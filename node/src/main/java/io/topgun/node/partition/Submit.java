package io.topgun.node.partition;

import io.topgun.node.cluster.ClusterMessage;
import io.topgun.protocol.Level;
import io.topgun.protocol.Op;
import io.topgun.protocol.Rejection;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/** Operations that came to another node, for which the level is waited for a while; answered by {@link Submit.Result}. */
public record Submit(long tag, List<Op> ops, long stampMsMax, Level level, ActorRef<Submit.Result> replyTo)
        implements PartitionReplica.Command {

    /** What was refused of them, and the level of the rest. */
    public record Result(long tag, List<Rejection> rejections, Level level) implements ClusterMessage {}

    /** The same for an inbox, where they take their place among those of this node's sessions. */
    Apply toApply(Peers peers) {
        Submission submission = new Submission(
                1, level, done -> peers.reply(replyTo, new Result(tag, done.rejections(), done.level())));
        return new Apply(ops, stampMsMax, submission);
    }
}
