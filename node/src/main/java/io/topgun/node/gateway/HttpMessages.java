package io.topgun.node.gateway;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpContentException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.pekko.http.javadsl.model.DateTime;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.IllegalUriException;
import org.apache.pekko.util.ByteString;

/** Netty's requests as Pekko HTTP's, whose responses as Netty's. */
final class HttpMessages {
    /** Makes an address of a path: routes look at the path only. */
    private static final String AUTHORITY = "http://node";

    private HttpMessages() {}

    /** Why a request cannot be understood; empty if it can. */
    static Optional<Refusal> refusal(FullHttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return Optional.of(undecoded(request.decoderResult().cause()));
        }
        if (request.protocolVersion().majorVersion() != 1) {
            return refusal(HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "HTTP/1.1 is spoken here.\n");
        }
        if (HttpMethods.lookup(request.method().name()).isEmpty()) {
            return refusal(HttpResponseStatus.NOT_IMPLEMENTED, "Not a method that is known here.\n");
        }
        if (request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && request.headers().getAll(HttpHeaderNames.HOST).size() != 1) {
            return refusal(HttpResponseStatus.BAD_REQUEST, "Not one Host header.\n");
        }
        return isAddress(request.uri())
                ? Optional.empty()
                : refusal(HttpResponseStatus.BAD_REQUEST, "Not an address.\n");
    }

    private static Optional<Refusal> refusal(HttpResponseStatus status, String text) {
        return Optional.of(new Refusal(status, text));
    }

    private static Refusal undecoded(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException line ->
                new Refusal(HttpResponseStatus.REQUEST_URI_TOO_LONG, "The address is too long.\n");
            case TooLongHttpHeaderException header ->
                new Refusal(HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The head is too long.\n");
            case TooLongHttpContentException body ->
                new Refusal(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "Nothing here takes such a body.\n");
            default -> new Refusal(HttpResponseStatus.BAD_REQUEST, "Not a request of HTTP/1.1.\n");
        };
    }

    private static boolean isAddress(String path) {
        try {
            HttpRequest.create(AUTHORITY + path);
            return path.startsWith("/");
        } catch (IllegalUriException e) {
            return false;
        }
    }

    /** A request without its body: no route takes one. */
    static HttpRequest request(FullHttpRequest request) {
        List<HttpHeader> headers = new ArrayList<>();
        for (Map.Entry<String, String> header : request.headers()) {
            headers.add(HttpHeader.parse(header.getKey(), header.getValue()));
        }
        return HttpRequest.create(AUTHORITY + request.uri())
                .withMethod(HttpMethods.lookup(request.method().name()).orElseThrow())
                .withHeaders(headers);
    }

    /** A response without its body, which follows as {@link #content}. */
    static io.netty.handler.codec.http.HttpResponse head(
            HttpResponse response, HttpVersion asked, boolean isKeptAlive) {
        DefaultHttpResponse head = new DefaultHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(
                        response.status().intValue(), response.status().reason()));
        response.getHeaders().forEach(header -> head.headers().add(header.name(), header.value()));
        String type = response.entity().getContentType().toString();
        if (!response.entity().isKnownEmpty()) {
            head.headers().set(HttpHeaderNames.CONTENT_TYPE, type);
        }
        OptionalLong length = response.entity().getContentLengthOption();
        if (length.isPresent()) {
            HttpUtil.setContentLength(head, length.getAsLong());
        } else if (asked.equals(HttpVersion.HTTP_1_1)) { // an older one reads up to the end of the connection
            HttpUtil.setTransferEncodingChunked(head, true);
        }
        return finish(head, isKeptAlive);
    }

    static HttpContent content(ByteString bytes) {
        return new DefaultHttpContent(Unpooled.wrappedBuffer(bytes.toArrayUnsafe()));
    }

    /** The whole answer to a request that is refused. */
    static io.netty.handler.codec.http.HttpResponse response(Refusal refusal, boolean isKeptAlive) {
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, refusal.status(), Unpooled.copiedBuffer(refusal.text(), StandardCharsets.UTF_8));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=UTF-8");
        HttpUtil.setContentLength(response, response.content().readableBytes());
        return finish(response, isKeptAlive);
    }

    private static <R extends io.netty.handler.codec.http.HttpResponse> R finish(R response, boolean isKeptAlive) {
        response.headers().set(HttpHeaderNames.DATE, DateTime.now().toRfc1123DateTimeString());
        HttpUtil.setKeepAlive(response, isKeptAlive);
        return response;
    }
}
