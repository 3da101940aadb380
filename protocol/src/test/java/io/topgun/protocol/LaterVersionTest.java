package io.topgun.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What a peer of a later version may send: this one reads what it knows of it. */
class LaterVersionTest {
    /** Optional elements of a later version, of which this one would not accept any in a value. */
    private static final byte[] EXTRA = VectorJson.HEX.parseHex("f6" + "9f01f93c00ff" + "c11a514b67b0");

    private static final int EXTRA_COUNT = 3;

    @TestFactory
    Stream<DynamicTest> elementsBehindThoseKnownAreSteppedOver() {
        return VectorMessages.messages().entrySet().stream()
                .filter(vector -> hasAllOptionals(vector.getValue()))
                .map(vector -> DynamicTest.dynamicTest(vector.getKey(), () -> {
                    Message next = new Message.Ping(7);
                    byte[] frame = joined(extended(MessageCodec.encode(vector.getValue())), MessageCodec.encode(next));
                    assertEquals(List.of(vector.getValue(), next), MessageCodec.decode(frame, Limits.defaults()));
                }));
    }

    private static boolean hasAllOptionals(Message message) {
        return switch (message) {
            case Message.Fetch fetch -> fetch.width().isPresent();
            case Message.Snapshot snapshot -> snapshot.frontierMs().isPresent();
            case Message.Digest digest -> digest.frontierMs().isPresent();
            default -> true;
        };
    }

    private static byte[] extended(byte[] message) {
        byte[] extended = joined(message, EXTRA);
        extended[0] = (byte) (extended[0] + EXTRA_COUNT);
        return extended;
    }

    private static byte[] joined(byte[] head, byte[] tail) {
        byte[] joined = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, joined, head.length, tail.length);
        return joined;
    }

    @Test
    void shouldTellTheTypeWhenItIsUnknownAndGoOn() {
        byte[] unknown = extended(VectorJson.HEX.parseHex("821863f7")); // type 99
        byte[] frame = joined(unknown, MessageCodec.encode(new Message.Ping(7)));
        assertEquals(
                List.of(new Message.Unknown(99), new Message.Ping(7)), MessageCodec.decode(frame, Limits.defaults()));
    }

    @Test
    void shouldReadACodeThatIsUnknownAsRefused() {
        CborWriter out = new CborWriter();
        out.array(4).integer(24).text("FORBIDDEN").text("not yours").nothing();
        assertEquals(
                List.of(new Message.Error(ErrorCode.REFUSED, "not yours", OptionalLong.empty())),
                MessageCodec.decode(out.toByteArray(), Limits.defaults()));
    }

    @Test
    void shouldTakeTheDefaultWhenALimitIsNotNamedAndPassOverUnknownOnes() {
        CborWriter out = new CborWriter();
        out.array(8).integer(16).integer(1).integer(5).text("n").integer(271).integer(2);
        out.integer(2).map(2).text("depthMax").integer(9).text("petalsMax").integer(7);
        Message.Welcome welcome = (Message.Welcome)
                MessageCodec.decode(out.toByteArray(), Limits.defaults()).get(0);
        assertEquals(Limits.fromMap(Map.of("depthMax", 9)), welcome.limits());
        assertEquals(131_072, welcome.limits().sharesMax());
    }
}
