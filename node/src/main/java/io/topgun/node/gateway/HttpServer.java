package io.topgun.node.gateway;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.encodeResponse;
import static org.apache.pekko.http.javadsl.server.Directives.extractRequest;
import static org.apache.pekko.http.javadsl.server.Directives.extractUnmatchedPath;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.getFromDirectory;
import static org.apache.pekko.http.javadsl.server.Directives.getFromFile;
import static org.apache.pekko.http.javadsl.server.Directives.optionalHeaderValueByName;
import static org.apache.pekko.http.javadsl.server.Directives.parameterOptional;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.pathSingleSlash;
import static org.apache.pekko.http.javadsl.server.Directives.reject;
import static org.apache.pekko.http.javadsl.server.Directives.respondWithHeader;
import static org.apache.pekko.http.javadsl.server.Directives.respondWithHeaders;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.topgun.node.cluster.ClusterStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.Route;

/** The node's HTTP surface: page, sync, health, metrics, status. */
public final class HttpServer {
    /** The page loads nothing from elsewhere, so that whatever it shows, nothing of it can run. It syncs with any node of the cluster. */
    private static final List<HttpHeader> PAGE_HEADERS = List.of(
            RawHeader.create(
                    "Content-Security-Policy",
                    "default-src 'self'; connect-src 'self' ws: wss:; base-uri 'none'; frame-ancestors 'none'"),
            RawHeader.create("X-Content-Type-Options", "nosniff"),
            RawHeader.create("Referrer-Policy", "no-referrer"));

    /** An asset has the hash of its content in its name; the page that names it must be asked for each time. */
    private static final HttpHeader IMMUTABLE =
            RawHeader.create("Cache-Control", "public, max-age=31536000, immutable");

    private static final HttpHeader REVALIDATE = RawHeader.create("Cache-Control", "no-cache");

    private final SyncRoute sync;
    private final Supplier<Optional<String>> whyNotReady;
    private final Supplier<ClusterStatus> status;
    private final PrometheusMeterRegistry registry;
    private final Optional<Path> pageDir;
    private final List<String> tokens;

    /**
     * A server that is not bound yet.
     *
     * @param whyNotReady empty when the node is ready
     * @param tokens one of which {@code /metrics} and {@code /status} want as a bearer token, if there are any
     */
    public HttpServer(
            SyncRoute sync,
            Supplier<Optional<String>> whyNotReady,
            Supplier<ClusterStatus> status,
            PrometheusMeterRegistry registry,
            Optional<Path> pageDir,
            List<String> tokens) {
        this.sync = sync;
        this.tokens = tokens;
        this.whyNotReady = whyNotReady;
        this.status = status;
        this.registry = registry;
        this.pageDir = pageDir;
    }

    /** Binds; unbinds, says good-bye to clients and lets requests end when the system shuts down. */
    public CompletionStage<ServerBinding> bind(ActorSystem<?> system, String host, int port) {
        CoordinatedShutdown.get(system)
                .addTask(
                        CoordinatedShutdown.PhaseServiceUnbind(),
                        "close-sessions",
                        () -> sync.close().thenApply(gone -> Done.getInstance()));
        return Http.get(system)
                .newServerAt(host, port)
                .bind(route())
                .thenApply(binding -> binding.addToCoordinatedShutdown(Duration.ofSeconds(3), system));
    }

    private Route route() {
        Route fixed = concat(
                path("sync", () -> extractRequest(request -> complete(sync.handle(request)))),
                pathPrefix(
                        "health",
                        () -> concat(
                                path("live", () -> get(() -> complete("live\n"))),
                                path("ready", () -> get(this::ready)))),
                path("metrics", () -> get(() -> guarded(() -> text(registry.scrape())))),
                path("status", () -> get(() -> guarded(this::status))));
        return pageDir.map(dir -> concat(fixed, page(dir))).orElse(fixed);
    }

    /** What strangers need not know wants a token, if there are any. */
    private Route guarded(Supplier<Route> inner) {
        return optionalHeaderValueByName("Authorization", authorization -> {
            Optional<String> token = authorization
                    .filter(value -> value.startsWith("Bearer "))
                    .map(value -> value.substring("Bearer ".length()));
            return Tokens.accept(tokens, token)
                    ? inner.get()
                    : complete(StatusCodes.UNAUTHORIZED, "A bearer token is wanted.\n");
        });
    }

    private static Route text(String text) {
        return complete(HttpEntities.create(ContentTypes.TEXT_PLAIN_UTF8, text));
    }

    private Route status() {
        return parameterOptional(
                "format",
                format -> format.filter("json"::equals).isPresent()
                        ? complete(HttpEntities.create(
                                ContentTypes.APPLICATION_JSON, status.get().inJson()))
                        : text(status.get().inWords()));
    }

    private Route ready() {
        Optional<String> why = whyNotReady.get();
        return why.isPresent() ? complete(StatusCodes.SERVICE_UNAVAILABLE, why.get() + "\n") : complete("ready\n");
    }

    private Route page(Path dir) {
        Route assets = pathPrefix(
                "assets",
                () -> respondWithHeader(
                        IMMUTABLE, () -> getFromDirectory(dir.resolve("assets").toString())));
        Route others = respondWithHeader(
                REVALIDATE,
                () -> concat(
                        pathSingleSlash(
                                () -> getFromFile(dir.resolve("index.html").toString())),
                        getFromDirectory(dir.toString())));
        // No file's name has a zero byte, and asking the file system for one fails the request.
        Route zero = extractUnmatchedPath(path -> path.contains("%00") ? complete(StatusCodes.NOT_FOUND) : reject());
        return get(() -> respondWithHeaders(PAGE_HEADERS, () -> encodeResponse(() -> concat(zero, assets, others))));
    }
}
