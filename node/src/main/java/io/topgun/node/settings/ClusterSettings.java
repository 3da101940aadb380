package io.topgun.node.settings;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Settings of the cluster.
 *
 * @param port 0 takes a free one
 * @param seeds nodes to join, as {@code host:port}; with none the node begins a cluster of its own
 * @param replicas of each partition, where there are as many nodes
 * @param grace how long a node may be away before its replicas are made anew elsewhere
 * @param leaveTimeout how long a node that stops waits for others to have what it has
 * @param membersFile where the members are kept, to be found again at the next start
 */
public record ClusterSettings(
        String host,
        int port,
        List<String> seeds,
        int replicas,
        Duration grace,
        Duration leaveTimeout,
        Path membersFile) {
    private static final int REPLICAS_MAX = 9;

    public ClusterSettings {
        seeds = List.copyOf(seeds);
        if (replicas < 1 || replicas > REPLICAS_MAX) {
            throw new SettingsException(
                    "Invalid setting: topgun.cluster.replicas is " + replicas + ", not 1 to " + REPLICAS_MAX);
        }
        for (String seed : seeds) {
            if (!seed.matches("\\S+:[0-9]{1,5}")) {
                throw new SettingsException("Invalid setting: the node to join is " + seed + ", not HOST:PORT");
            }
        }
    }

    static ClusterSettings of(Config cluster, Path dataDir) {
        return new ClusterSettings(
                cluster.getString("host"),
                NodeSettings.port(cluster, "topgun.cluster.port"),
                cluster.getStringList("seeds"),
                cluster.getInt("replicas"),
                cluster.getDuration("grace"),
                cluster.getDuration("leave-timeout"),
                dataDir.resolve("members"));
    }
}
