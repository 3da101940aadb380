package io.topgun.node.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.flow.FlowControlHandler;
import java.util.Optional;

/**
 * The receiving side of RFC 6455 above Netty's decoder: whole binary messages of a bounded size, and for whatever breaks the rules one
 * {@link Received.Violation} with its close code, behind which only a close frame counts.
 */
final class WebSocketFrames extends ChannelInboundHandlerAdapter {
    static final int NORMAL = 1000;
    static final int GOING_AWAY = 1001;
    static final int PROTOCOL_ERROR = 1002;
    static final int UNACCEPTABLE = 1003;
    static final int NO_CODE = 1005;
    static final int TOO_BIG = 1009;
    static final int TRY_AGAIN_LATER = 1013;

    private static final int CODE_MAX = 4999;
    private static final int REASON_BYTES_MAX = 123;

    /** What frames amount to. */
    sealed interface Received {
        /** A whole binary message. */
        @SuppressWarnings("ArrayRecordComponent") // shared bytes, never changed and never compared
        record Message(byte[] bytes) implements Received {}

        /** A ping, to be answered with the same bytes. */
        @SuppressWarnings("ArrayRecordComponent") // shared bytes, never changed and never compared
        record Ping(byte[] payload) implements Received {}

        /** The peer closes; {@link #NO_CODE} where it gave none. */
        record Close(int code) implements Received {}

        /** The connection must be closed with this code. */
        record Violation(int code, String text) implements Received {}
    }

    private final int messageBytesMax;
    private boolean broken;

    private WebSocketFrames(int messageBytesMax) {
        this.messageBytesMax = messageBytesMax;
    }

    /** How the decoder has to be set: the bound on a frame, and violations for us to answer. */
    static WebSocketDecoderConfig decoderConfig(int messageBytesMax) {
        return WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(messageBytesMax)
                .allowExtensions(false)
                .closeOnProtocolViolation(false)
                .build();
    }

    /** Makes {@link Received} of what the decoder at the end of a pipeline hands out, for one who may stop reading at any of them. */
    static void addTo(ChannelPipeline pipeline, int messageBytesMax, ChannelHandler receiver) {
        pipeline.addLast(
                new WebSocketFrameAggregator(messageBytesMax),
                new WebSocketFrames(messageBytesMax),
                new FlowControlHandler(),
                receiver);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        WebSocketFrame frame = (WebSocketFrame) message;
        Optional<Received> received;
        try {
            received = received(frame);
        } finally {
            frame.release();
        }
        received.ifPresent(some -> hand(context, some));
    }

    private void hand(ChannelHandlerContext context, Received received) {
        broken |= received instanceof Received.Violation;
        context.fireChannelRead(received);
    }

    private Optional<Received> received(WebSocketFrame frame) {
        return switch (frame) {
            case CloseWebSocketFrame close -> Optional.of(close(close.statusCode()));
            case WebSocketFrame other when broken -> Optional.empty();
            case BinaryWebSocketFrame message -> Optional.of(new Received.Message(bytes(message)));
            case PingWebSocketFrame ping -> Optional.of(new Received.Ping(bytes(ping)));
            case PongWebSocketFrame pong -> Optional.empty();
            case TextWebSocketFrame text -> Optional.of(new Received.Violation(UNACCEPTABLE, "binary messages only"));
            default -> Optional.of(new Received.Violation(PROTOCOL_ERROR, "not a frame that may come here"));
        };
    }

    private static byte[] bytes(WebSocketFrame frame) {
        return ByteBufUtil.getBytes(frame.content());
    }

    /** The decoder has judged the code but for its upper end. */
    private static Received close(int code) {
        if (code > CODE_MAX) {
            return new Received.Violation(PROTOCOL_ERROR, "not a close code");
        }
        return new Received.Close(code < 0 ? NO_CODE : code);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof CorruptedWebSocketFrameException corrupted) {
            hand(
                    context,
                    new Received.Violation(corrupted.closeStatus().code(), String.valueOf(corrupted.getMessage())));
        } else if (cause instanceof TooLongFrameException) {
            hand(context, new Received.Violation(TOO_BIG, "a message may have " + messageBytesMax + " bytes"));
        } else if (!(cause instanceof PrematureChannelClosureException)) { // gone amidst a message is gone
            context.fireExceptionCaught(cause);
        }
    }

    static WebSocketFrame binary(byte[] bytes) {
        return new BinaryWebSocketFrame(Unpooled.wrappedBuffer(bytes));
    }

    static WebSocketFrame pong(byte[] payload) {
        return new PongWebSocketFrame(Unpooled.wrappedBuffer(payload));
    }

    /** A close frame; the reason is cut to what a control frame holds. */
    static WebSocketFrame close(int code, String reason) {
        if (code == NO_CODE) {
            return new CloseWebSocketFrame(true, 0, Unpooled.EMPTY_BUFFER);
        }
        String text = reason.length() > REASON_BYTES_MAX ? reason.substring(0, REASON_BYTES_MAX) : reason;
        while (ByteBufUtil.utf8Bytes(text) > REASON_BYTES_MAX) {
            text = text.substring(0, text.length() - 1);
        }
        ByteBuf payload = Unpooled.buffer(2).writeShort(code);
        ByteBufUtil.writeUtf8(payload, text);
        return new CloseWebSocketFrame(true, 0, payload);
    }
}
