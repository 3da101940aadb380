package io.topgun.node.gateway;

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
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.StreamSupport;
import org.apache.pekko.http.impl.engine.ws.UpgradeToWebSocketLowLevel;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.ws.WebSocketUpgrade;
import org.apache.pekko.stream.javadsl.Flow;
import scala.Option;

/** The WebSocket entry of clients: checks the handshake and gives each connection a session. */
public final class SyncRoute {
    static final String SUBPROTOCOL = "topgun.1";

    /** Nodes whose pages are remembered. */
    private static final int PAGES_MAX = 1_000;

    private final SessionSettings settings;
    private final List<String> allowedOrigins;
    private final Session.Host host;
    private final SourceBoard sources;
    private final Grid grid;
    private final LongSupplier wallMs;
    private final SessionMetrics metrics;
    private final OpenSessions open = new OpenSessions();
    private volatile List<String> nodes = List.of();
    /** Where pages of this cluster's nodes come from. A page whose node is gone goes on at another one, so none is forgotten. */
    private final Set<String> pages = ConcurrentHashMap.newKeySet();

    /**
     * An entry for the sessions of one node.
     *
     * @param sources from where this node reads now
     */
    public SyncRoute(
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
        this.host = new Session.Host(
                identity.nodeId(),
                identity.storeId(),
                identity.incarnation(),
                () -> directory.view().nodes().size() > 1 ? Level.REPLICATED : identity.level(),
                () -> nodes);
        this.sources = sources;
        this.grid = grid;
        this.wallMs = clock::nowMs;
        this.metrics = new SessionMetrics(registry);
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

    /** Answers a request for {@code /sync}. */
    public HttpResponse handle(HttpRequest request) {
        Optional<WebSocketUpgrade> upgrade = request.getAttribute(AttributeKeys.webSocketUpgrade);
        if (upgrade.isEmpty()) {
            return text(
                    StatusCodes.UPGRADE_REQUIRED, "This address speaks WebSocket, subprotocol " + SUBPROTOCOL + ".\n");
        }
        if (!isOriginAllowed(request)) {
            return text(StatusCodes.FORBIDDEN, "The page's origin is not in topgun.http.allowed-origins.\n");
        }
        Optional<String> why = sources.whyNotWhole();
        if (why.isPresent()) {
            return text(StatusCodes.SERVICE_UNAVAILABLE, why.get() + "; see /health/ready.\n");
        }
        UpgradeToWebSocketLowLevel webSocket = (UpgradeToWebSocketLowLevel) upgrade.get();
        boolean named = StreamSupport.stream(webSocket.getRequestedProtocols().spliterator(), false)
                .anyMatch(SUBPROTOCOL::equals);
        SessionStage stage = new SessionStage(
                settings, metrics, open, ports -> new Session(settings, host, grid, wallMs, metrics, ports));
        return webSocket.handleFrames(
                Flow.fromGraph(stage).mapMaterializedValue(none -> (Object) none),
                named ? Option.apply(SUBPROTOCOL) : Option.empty());
    }

    /** Tells every client that the node stops; done when all have gone. */
    CompletionStage<Void> close() {
        return open.close();
    }

    /** A request without an origin does not come from a page; a page's must be this node's own or allowed. */
    private boolean isOriginAllowed(HttpRequest request) {
        Optional<String> origin = request.getHeader("Origin").map(HttpHeader::value);
        Optional<String> own = request.getHeader("Host").map(HttpHeader::value);
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

    private static HttpResponse text(org.apache.pekko.http.javadsl.model.StatusCode status, String text) {
        return HttpResponse.create().withStatus(status).withEntity(text);
    }
}
