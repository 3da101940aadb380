package io.topgun.node.gateway;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.encodeResponse;
import static org.apache.pekko.http.javadsl.server.Directives.extractRequest;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.getFromDirectory;
import static org.apache.pekko.http.javadsl.server.Directives.getFromFile;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.pathSingleSlash;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;

/** The node's HTTP surface: page, sync, health, metrics. */
public final class HttpServer {
    private final SyncRoute sync;
    private final Supplier<Optional<String>> whyNotReady;
    private final PrometheusMeterRegistry registry;
    private final Optional<Path> pageDir;

    /**
     * A server that is not bound yet.
     *
     * @param whyNotReady empty when the node is ready
     */
    public HttpServer(
            SyncRoute sync,
            Supplier<Optional<String>> whyNotReady,
            PrometheusMeterRegistry registry,
            Optional<Path> pageDir) {
        this.sync = sync;
        this.whyNotReady = whyNotReady;
        this.registry = registry;
        this.pageDir = pageDir;
    }

    /** Binds; unbinds and lets requests end when the system shuts down. */
    public CompletionStage<ServerBinding> bind(ActorSystem<?> system, String host, int port) {
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
                path(
                        "metrics",
                        () -> get(
                                () -> complete(HttpEntities.create(ContentTypes.TEXT_PLAIN_UTF8, registry.scrape())))));
        return pageDir.map(dir -> concat(fixed, page(dir))).orElse(fixed);
    }

    private Route ready() {
        Optional<String> why = whyNotReady.get();
        return why.isPresent() ? complete(StatusCodes.SERVICE_UNAVAILABLE, why.get() + "\n") : complete("ready\n");
    }

    private Route page(Path dir) {
        return get(() -> encodeResponse(() -> concat(
                pathSingleSlash(() -> getFromFile(dir.resolve("index.html").toString())),
                getFromDirectory(dir.toString()))));
    }
}
