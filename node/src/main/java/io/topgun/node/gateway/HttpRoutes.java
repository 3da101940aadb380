package io.topgun.node.gateway;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.encodeResponse;
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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.Route;

/** What the node answers to plain HTTP: page, health, metrics, status. */
public final class HttpRoutes {
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

    private final Supplier<Optional<String>> whyNotReady;
    private final Supplier<ClusterStatus> status;
    private final PrometheusMeterRegistry registry;
    private final Optional<Path> pageDir;
    private final List<String> tokens;

    /**
     * The routes of one node.
     *
     * @param whyNotReady empty when the node is ready
     * @param tokens one of which {@code /metrics} and {@code /status} want as a bearer token, if there are any
     */
    public HttpRoutes(
            Supplier<Optional<String>> whyNotReady,
            Supplier<ClusterStatus> status,
            PrometheusMeterRegistry registry,
            Optional<Path> pageDir,
            List<String> tokens) {
        this.tokens = tokens;
        this.whyNotReady = whyNotReady;
        this.status = status;
        this.registry = registry;
        this.pageDir = pageDir;
    }

    /** The routes as a function that runs on the threads of a system. */
    Function<HttpRequest, CompletionStage<HttpResponse>> in(ActorSystem<?> system) {
        var handler = route().handler(system);
        return request -> CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return handler.apply(request);
                            } catch (Exception e) {
                                return CompletableFuture.<HttpResponse>failedFuture(e);
                            }
                        },
                        system.executionContext())
                .thenCompose(answer -> answer);
    }

    private Route route() {
        Route fixed = concat(
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
