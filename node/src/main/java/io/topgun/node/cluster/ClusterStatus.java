package io.topgun.node.cluster;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.topgun.crdt.Partitions;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Who is in the cluster and has what, as one node sees it: in words for people, in JSON for programs.
 *
 * @param replicas that each partition shall have, where there are as many nodes
 */
public record ClusterStatus(ClusterView view, int replicas) {
    private static final JsonFactory JSON = new JsonFactory();

    /** Partitions with fewer live replicas than there can be. */
    List<Integer> underReplicated() {
        return partitions(live -> live < wanted());
    }

    private List<Integer> withoutReplica() {
        return partitions(live -> live == 0);
    }

    private int wanted() {
        return Math.min(replicas, view.nodes().size());
    }

    private List<Integer> partitions(Predicate<Integer> live) {
        List<Integer> partitions = new ArrayList<>();
        for (int partition = 0; partition < Partitions.COUNT; partition++) {
            if (live.test(view.count(partition, state -> state == ReplicaState.LIVE))) {
                partitions.add(partition);
            }
        }
        return partitions;
    }

    /** As text of several lines. */
    public String inWords() {
        StringBuilder text = new StringBuilder();
        for (NodeInfo node : view.nodes()) {
            text.append(node.url().isEmpty() ? node.id().address() : node.url())
                    .append(node.id().equals(view.self()) ? " (asked)" : "")
                    .append(": ")
                    .append(node.isReachable() ? "" : "not reachable, ")
                    .append(node.isLeaving() ? "leaving, " : "")
                    .append(replicasInWords(node))
                    .append('\n');
        }
        List<Integer> none = withoutReplica();
        List<Integer> few = underReplicated();
        if (!none.isEmpty()) {
            text.append("No live replica: ").append(ranges(none)).append('\n');
        }
        if (few.isEmpty()) {
            text.append("All ")
                    .append(Partitions.COUNT)
                    .append(" partitions have ")
                    .append(wanted());
            text.append(wanted() == 1 ? " live replica.\n" : " live replicas.\n");
        } else {
            text.append(few.size()).append(" of ").append(Partitions.COUNT).append(" partitions have fewer than ");
            text.append(wanted()).append(" live replicas: ").append(ranges(few)).append('\n');
        }
        return text.toString();
    }

    private static String replicasInWords(NodeInfo node) {
        int live = count(node, ReplicaState.LIVE);
        int catchingUp = count(node, ReplicaState.NEW) + count(node, ReplicaState.RETURNING);
        int stored = count(node, ReplicaState.STORED);
        return live + " live" + (catchingUp > 0 ? ", " + catchingUp + " catching up" : "")
                + (stored > 0 ? ", " + stored + " on disk only" : "");
    }

    private static int count(NodeInfo node, ReplicaState state) {
        return ClusterView.partitions(partition -> node.replicas().of(partition) == state);
    }

    /** Numbers in words, as {@code 1, 3-5}. */
    static String ranges(List<Integer> ascending) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < ascending.size(); i++) {
            int first = ascending.get(i);
            while (i + 1 < ascending.size() && ascending.get(i + 1) == ascending.get(i) + 1) {
                i++;
            }
            text.append(text.isEmpty() ? "" : ", ").append(first);
            if (ascending.get(i) > first) {
                text.append('-').append(ascending.get(i));
            }
        }
        return text.toString();
    }

    /** As a JSON object: the nodes, then of each partition the numbers of the nodes that have it, by state. */
    public String inJson() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeStringField("asked", view.self().address());
            json.writeNumberField("replicas", replicas);
            json.writeArrayFieldStart("nodes");
            for (NodeInfo node : view.nodes()) {
                write(json, node);
            }
            json.writeEndArray();
            write(json, "underReplicated", underReplicated());
            write(json, "withoutLiveReplica", withoutReplica());
            json.writeArrayFieldStart("partitions");
            for (int partition = 0; partition < Partitions.COUNT; partition++) {
                writePartition(json, partition);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text + "\n";
    }

    private void write(JsonGenerator json, NodeInfo node) throws IOException {
        json.writeStartObject();
        json.writeStringField("address", node.id().address());
        json.writeStringField("url", node.url());
        json.writeStringField("storeId", Long.toHexString(node.storeId()));
        json.writeNumberField("incarnation", node.incarnation());
        json.writeBooleanField("reachable", node.isReachable());
        json.writeBooleanField("leaving", node.isLeaving());
        for (ReplicaState state : ReplicaState.values()) {
            json.writeNumberField(name(state), count(node, state));
        }
        json.writeEndObject();
    }

    private void writePartition(JsonGenerator json, int partition) throws IOException {
        json.writeStartObject();
        json.writeNumberField("partition", partition);
        for (ReplicaState state : ReplicaState.values()) {
            if (state != ReplicaState.ABSENT) {
                List<Integer> nodes = new ArrayList<>();
                for (int i = 0; i < view.nodes().size(); i++) {
                    if (view.nodes().get(i).replicas().of(partition) == state) {
                        nodes.add(i);
                    }
                }
                write(json, name(state), nodes);
            }
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, List<Integer> numbers) throws IOException {
        json.writeFieldName(name);
        json.writeArray(numbers.stream().mapToInt(Integer::intValue).toArray(), 0, numbers.size());
    }

    private static String name(ReplicaState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
