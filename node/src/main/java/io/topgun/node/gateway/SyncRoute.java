package io.topgun.node.gateway;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.topgun.node.clock.NodeClock;
import io.topgun.node.cluster.ClusterView;
import io.topgun.node.cluster.Directory;
import io.topgun.node.cluster.NodeInfo;
import io.topgun.node.hub.SourceBoard;
import io.topgun.protocol.Level;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorSystem;

/** The WebSocket entry of clients: judges handshakes and gives each connection a session. */
public final class SyncRoute {
    static final String SUBPROTOCOL = "topgun.1";

    /** Nodes whose pages are remembered. */
    private static final int PAGES_MAX = 1_000;

    private final SessionSettings settings;
    private final List<String> allowedOrigins;
    private final SourceBoard sources;
    private final OpenConnections open = new OpenConnections();
    private final SyncConnection.Shared shared;
    private volatile List<String> nodes = List.of();
    /** Where pages of this cluster's nodes come from. A page whose node is gone goes on at another one, so none is forgotten. */
    private final Set<String> pages = ConcurrentHashMap.newKeySet();

    /**
     * An entry for the sessions of one node.
     *
     * @param sources from where this node reads now
     */
    public SyncRoute(
            ActorSystem<?> system,
            SessionSettings settings,
            List<String> allowedOrigins,
            Identity identity,
            Directory directory,
            SourceBoard sources,
            NodeGrid grid,
            NodeClock clock,
            io.micrometer.core.instrument.MeterRegistry registry) {
        this.settings = settings;
        this.allowedOrigins = List.copyOf(allowedOrigins);
        this.sources = sources;
        Session.Host host = new Session.Host(
                identity.nodeId(),
                identity.storeId(),
                identity.incarnation(),
                () -> directory.view().nodes().size() > 1 ? Level.REPLICATED : identity.level(),
                () -> nodes);
        SessionMetrics metrics = new SessionMetrics(registry);
        this.shared = new SyncConnection.Shared(
                settings,
                metrics,
                open,
                new Answers(system),
                ports -> new Session(settings, host, grid, clock::nowMs, metrics, ports));
        directory.listen(this::onView);
    }

    private void onView(ClusterView view) {
        for (NodeInfo node : view.nodes()) {
            if (!node.url().isEmpty() && pages.size() < PAGES_MAX) {
                pages.add(authority(node.url()));
            }
        }
        List<String> seen = view.nodes().size() < 2
                ? List.of()
                : view.nodes().stream()
                        .filter(node -> node.isReachable()
                                && !node.isLeaving()
                                && !node.url().isEmpty())
                        .map(NodeInfo::url)
                        .toList();
        if (!seen.equals(nodes)) {
            nodes = seen;
            open.onNodes(seen);
        }
    }

    /** Who this node is to clients and to other nodes, and the level at which it acknowledges alone. */
    public record Identity(String nodeId, long storeId, long incarnation, Level level) {}

    /** Why this handshake is not accepted; empty if it is. */
    Optional<Refusal> refusal(HttpRequest request) {
        if (!isWebSocket(request)) {
            return Optional.of(new Refusal(
                    HttpResponseStatus.UPGRADE_REQUIRED,
                    "This address speaks WebSocket, subprotocol " + SUBPROTOCOL + ".\n"));
        }
        if (!isOriginAllowed(request.headers())) {
            return Optional.of(new Refusal(
                    HttpResponseStatus.FORBIDDEN, "The page's origin is not in topgun.http.allowed-origins.\n"));
        }
        return sources.whyNotWhole()
                .map(why -> new Refusal(HttpResponseStatus.SERVICE_UNAVAILABLE, why + "; see /health/ready.\n"));
    }

    private static boolean isWebSocket(HttpRequest request) {
        HttpHeaders headers = request.headers();
        return request.method().equals(HttpMethod.GET)
                && request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                && headers.contains(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
                && headers.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY);
    }

    /** A new connection's side of the protocol, for behind the handshake. */
    SyncConnection connection() {
        return new SyncConnection(shared);
    }

    SessionSettings settings() {
        return settings;
    }

    /** The connections of the node, those of plain HTTP too. */
    OpenConnections open() {
        return open;
    }

    /** A request without an origin does not come from a page; a page's must be this node's own or allowed. */
    private boolean isOriginAllowed(HttpHeaders headers) {
        Optional<String> origin = Optional.ofNullable(headers.get(HttpHeaderNames.ORIGIN));
        Optional<String> own = Optional.ofNullable(headers.get(HttpHeaderNames.HOST));
        return origin.isEmpty()
                || allowedOrigins.contains(origin.get())
                || pages.contains(authority(origin.get()))
                || (own.isPresent()
                        && authority(origin.get()).equals(authority(own.get()))
                        && (!settings.tokens().isEmpty() || isLoopbackName(own.get())));
    }

    /** Without tokens the node is on loopback, and a page that reaches it by another name came by DNS rebinding. */
    private static boolean isLoopbackName(String authority) {
        String name = authority.replaceFirst(":[0-9]*$", "").toLowerCase(Locale.ROOT);
        return name.equals("localhost") || name.equals("[::1]") || name.matches("127(\\.[0-9]{1,3}){3}");
    }

    private static String authority(String url) {
        int scheme = url.indexOf("://");
        String authority = url.substring(scheme < 0 ? 0 : scheme + 3).toLowerCase(Locale.ROOT);
        return authority.startsWith("localhost:") ? "127.0.0.1" + authority.substring(9) : authority;
    }
}
