package io.topgun.node.gateway;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.TooLongHttpContentException;
import org.jspecify.annotations.Nullable;

/**
 * Requests with their bodies. One whose body is too large, or waits to be asked for, is handed on as a failed one: what Netty would answer
 * by itself overtakes the answers to earlier requests.
 */
final class WholeRequests extends HttpObjectAggregator {
    WholeRequests(int bodyBytesMax) {
        super(bodyBytesMax);
    }

    @Override
    protected @Nullable Object newContinueResponse(HttpMessage start, int bodyBytesMax, ChannelPipeline pipeline) {
        return null;
    }

    @Override
    protected boolean isContentLengthInvalid(HttpMessage start, int bodyBytesMax) {
        return (HttpUtil.is100ContinueExpected(start) && hasBody(start))
                || super.isContentLengthInvalid(start, bodyBytesMax);
    }

    private static boolean hasBody(HttpMessage start) {
        return HttpUtil.isTransferEncodingChunked(start) || HttpUtil.getContentLength(start, 0L) > 0;
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
        HttpRequest request = (HttpRequest) oversized;
        DefaultFullHttpRequest refused = new DefaultFullHttpRequest(
                request.protocolVersion(), request.method(), request.uri(), Unpooled.EMPTY_BUFFER);
        refused.setDecoderResult(DecoderResult.failure(new TooLongHttpContentException("the body of a request")));
        context.fireChannelRead(refused);
    }
}
