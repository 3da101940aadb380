package io.topgun.node.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import io.topgun.protocol.Limits;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node's validated configuration.
 *
 * @param config all of it, for Pekko
 * @param httpPort 0 takes a free one
 */
public record NodeSettings(
        Config config,
        Path dataDir,
        String httpHost,
        int httpPort,
        int connectionsMax,
        Optional<Path> pageDir,
        List<String> allowedOrigins,
        List<String> tokens,
        ClusterSettings cluster,
        Limits limits) {

    private static final int TOKEN_LENGTH_MIN = 12;

    /**
     * Reads the reference, the operator's file and the command line, each over the one before.
     *
     * @throws SettingsException if a key is unknown or a value invalid
     */
    public static NodeSettings load(Optional<Path> file, Map<String, Object> overrides) {
        try {
            Config reference = ConfigFactory.parseResources("topgun.conf")
                    .withFallback(ConfigFactory.defaultReferenceUnresolved());
            Config given = file.map(NodeSettings::parse).orElse(ConfigFactory.empty());
            KnownKeys.check(given, reference.resolve());
            Config config = ConfigFactory.parseMap(overrides, "the command line")
                    .withFallback(given)
                    .withFallback(reference)
                    .resolve();
            return of(config);
        } catch (ConfigException | IllegalArgumentException e) {
            throw new SettingsException("Invalid setting: " + e.getMessage());
        }
    }

    private static Config parse(Path file) {
        if (!Files.isReadable(file)) {
            throw new SettingsException("Cannot read the configuration file " + file);
        }
        return ConfigFactory.parseFile(
                file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
    }

    private static NodeSettings of(Config config) {
        Config http = config.getConfig("topgun.http");
        String pageDir = http.getString("page-dir");
        NodeSettings settings = new NodeSettings(
                config,
                Path.of(config.getString("topgun.data-dir")),
                http.getString("host"),
                port(http, "topgun.http.port"),
                connectionsMax(http),
                pageDir.isEmpty() ? Optional.empty() : Optional.of(Path.of(pageDir)),
                List.copyOf(http.getStringList("allowed-origins")),
                List.copyOf(config.getStringList("topgun.auth.tokens")),
                ClusterSettings.of(config.getConfig("topgun.cluster"), Path.of(config.getString("topgun.data-dir"))),
                limits(config.getConfig("topgun.limits")));
        settings.refuseOpenDoor();
        return settings;
    }

    static int port(Config section, String name) {
        int port = section.getInt("port");
        if (port < 0 || port > 65535) {
            throw new SettingsException("Invalid setting: " + name + " is " + port + ", not 0 to 65535");
        }
        return port;
    }

    private static int connectionsMax(Config http) {
        int max = http.getInt("connections-max");
        if (max < 1) {
            throw new SettingsException("Invalid setting: topgun.http.connections-max is " + max + ", not 1 or more");
        }
        return max;
    }

    private void refuseOpenDoor() {
        if (tokens.stream().anyMatch(token -> token.strip().length() < TOKEN_LENGTH_MIN)) {
            throw new SettingsException("Invalid setting: topgun.auth.tokens has one of fewer than " + TOKEN_LENGTH_MIN
                    + " characters, or an empty one");
        }
        if (!isLoopback(cluster.host()) && !config.getBoolean("topgun.cluster.network-is-private")) {
            throw new SettingsException("Refusing topgun.cluster.host " + cluster.host()
                    + ": nodes do not authenticate each other. Where only they can reach it, set"
                    + " topgun.cluster.network-is-private = true.");
        }
        if (tokens.isEmpty() && !isLoopback(httpHost)) {
            throw new SettingsException(
                    "Refusing to listen on " + httpHost
                            + ", which others can reach, without authentication. Set topgun.auth.tokens, or listen on 127.0.0.1.");
        }
    }

    private static boolean isLoopback(String host) {
        return address(host).isLoopbackAddress();
    }

    private static InetAddress address(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new SettingsException("Invalid setting: the host " + host + " has no address");
        }
    }

    private static Limits limits(Config limits) {
        return new Limits(
                bytes(limits, "frame-bytes-max"),
                positive(limits, "ops-per-frame-max"),
                positive(limits, "map-name-bytes-max"),
                positive(limits, "key-bytes-max"),
                bytes(limits, "value-bytes-max"),
                positive(limits, "fields-max"),
                positive(limits, "tags-max"),
                positive(limits, "shares-max"),
                depth(limits),
                positive(limits, "subscriptions-max"),
                positive(limits, "maps-per-subscribe-max"),
                ms(limits, "clock-ahead-max"));
    }

    private static int depth(Config limits) {
        int depth = positive(limits, "depth-max");
        if (depth > 256) {
            throw new SettingsException("Invalid setting: depth-max is " + depth + ", not 1 to 256");
        }
        return depth;
    }

    private static int ms(Config config, String key) {
        Duration duration = config.getDuration(key);
        if (duration.toMillis() < 1 || duration.toMillis() > Integer.MAX_VALUE) {
            throw new SettingsException("Invalid setting: " + key + " is " + duration + ", not 1 ms to 24 days");
        }
        return (int) duration.toMillis();
    }

    private static int bytes(Config config, String key) {
        long bytes = config.getBytes(key);
        if (bytes < 1 || bytes > 1 << 30) {
            throw new SettingsException("Invalid setting: " + key + " is " + bytes + " bytes, not 1 byte to 1 GiB");
        }
        return (int) bytes;
    }

    private static int positive(Config config, String key) {
        int value = config.getInt(key);
        if (value < 1) {
            throw new SettingsException("Invalid setting: " + key + " is " + value + ", not 1 or more");
        }
        return value;
    }

    /** The address under which clients reach this node, if it listens on a port; empty if there is none to tell. */
    public String url(int port) {
        String told = config.getString("topgun.http.public-url");
        boolean isWildcard = address(httpHost).isAnyLocalAddress();
        return told.isEmpty() && !isWildcard ? "http://" + httpHost + ":" + port : told;
    }

    /** A tree of the configuration whose sizes and durations were not looked at yet, by its path below "topgun". */
    public Config section(String name) {
        return config.getConfig("topgun." + name);
    }
}
