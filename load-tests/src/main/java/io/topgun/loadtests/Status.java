package io.topgun.loadtests;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;

/**
 * What a node says of its cluster.
 *
 * @param members nodes that it reaches and that stay
 * @param leastLive the least number of replicas that a partition has live on nodes that it reaches
 * @param mostHeld the most replicas that one of them has live
 * @param leastHeld the least
 */
public record Status(int members, int leastLive, int mostHeld, int leastHeld) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Reads the body of {@code /status?format=json}. */
    public static Status of(String body) {
        try {
            return of(JSON.readTree(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Not a status: " + body, e);
        }
    }

    private static Status of(JsonNode status) {
        List<JsonNode> nodes = new ArrayList<>();
        status.path("nodes").forEach(nodes::add);
        int members = 0;
        int mostHeld = 0;
        int leastHeld = Integer.MAX_VALUE;
        for (JsonNode node : nodes) {
            if (isThere(node)) {
                members++;
                mostHeld = Math.max(mostHeld, node.path("live").asInt());
                leastHeld = Math.min(leastHeld, node.path("live").asInt());
            }
        }
        int leastLive = Integer.MAX_VALUE;
        for (JsonNode partition : status.path("partitions")) {
            int live = 0;
            for (JsonNode node : partition.path("live")) {
                live += nodes.get(node.asInt()).path("reachable").asBoolean() ? 1 : 0;
            }
            leastLive = Math.min(leastLive, live);
        }
        return new Status(members, leastLive, mostHeld, leastHeld);
    }

    private static boolean isThere(JsonNode node) {
        return node.path("reachable").asBoolean() && !node.path("leaving").asBoolean();
    }
}
