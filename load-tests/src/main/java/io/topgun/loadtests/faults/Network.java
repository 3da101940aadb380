package io.topgun.loadtests.faults;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The links between the nodes of one network namespace, cut by a packet filter; clients reach all nodes at all times. */
final class Network {
    private static final String TABLE = "topgun";

    private static final String COUNTS = "topgun_counts";
    private static final Pattern BYTES = Pattern.compile("bytes (\\d+)");

    private boolean isCut;

    static Optional<String> missing() throws InterruptedException {
        if (!Namespace.isOwn()) {
            return Optional.of("no network namespace of its own: unshare is missing, or not permitted");
        }
        return Tool.succeeds("nft", "list", "ruleset")
                ? Optional.empty()
                : Optional.of("nft is not installed (Debian package nftables)");
    }

    /** From now on all that one node sends to the other is lost: every connection is used in one direction, and by its opener. */
    void cut(Victim from, Victim to) throws InterruptedException {
        if (!isCut) {
            isCut = true;
            Tool.run("nft", "add", "table", "ip", TABLE);
            Tool.run("nft", "add chain ip " + TABLE + " out { type filter hook output priority 0 ; }");
        }
        Tool.run(
                "nft",
                "add rule ip %s out ip saddr %s ip daddr %s tcp dport %d drop"
                        .formatted(TABLE, from.host(), to.host(), to.clusterPort()));
    }

    /** Cuts every link between the nodes of two sides. */
    void split(List<Victim> side, List<Victim> others) throws InterruptedException {
        for (Victim one : side) {
            for (Victim other : others) {
                cut(one, other);
                cut(other, one);
            }
        }
    }

    /** Begins to count what a node is sent by the others. */
    void count(Victim node) throws InterruptedException {
        Tool.run("nft", "add", "table", "ip", COUNTS);
        Tool.run("nft", "add chain ip " + COUNTS + " out { type filter hook output priority 0 ; }");
        Tool.run(
                "nft",
                "add rule ip %s out ip daddr %s tcp dport %d counter"
                        .formatted(COUNTS, node.host(), node.clusterPort()));
    }

    /** Ends that; bytes with all headers. */
    long counted() throws IOException, InterruptedException {
        Matcher bytes = BYTES.matcher(Tool.output("nft", "list", "table", "ip", COUNTS));
        Tool.run("nft", "delete", "table", "ip", COUNTS);
        if (!bytes.find()) {
            throw new IOException("nft has counted nothing");
        }
        return Long.parseLong(bytes.group(1));
    }

    void heal() throws InterruptedException {
        if (isCut) {
            isCut = false;
            Tool.run("nft", "delete", "table", "ip", TABLE);
        }
    }
}
