package io.topgun.loadtests.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What a node says of its cluster.
 *
 * @param membersUp members that are up and that it reaches
 * @param leastLive the least number of replicas that a partition has live
 */
record Status(int membersUp, int leastLive) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Reads the body of {@code /status}. */
    static Status of(String body) {
        try {
            JsonNode status = JSON.readTree(body);
            int up = 0;
            for (JsonNode member : status.path("members")) {
                up += member.path("reachable").asBoolean()
                                && member.path("status").asText().equals("up")
                        ? 1
                        : 0;
            }
            return new Status(up, status.path("leastLive").asInt());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Not a status: " + body, e);
        }
    }
}
