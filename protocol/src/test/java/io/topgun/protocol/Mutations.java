package io.topgun.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.topgun.crdt.Murmur3;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * The frames of the golden messages, spoilt at random, and what becomes of each: refused, or read as what. The client's tests spoil the
 * same ones in the same way in {@code mutations.ts}, number by number.
 */
final class Mutations {
    static final int BLOCKS = 100;
    static final int PER_BLOCK = 100;

    /** Of a frame that is refused, as a whole or in one of its operations, or has what no client reads: HELLO, SUBSCRIBE. */
    private static final String REFUSED = "----";

    private static final int[] AWKWARD = {
        0x00, 0x17, 0x18, 0x1b, 0x20, 0x3b, 0x40, 0x5b, 0x5f, 0x60, 0x7b, 0x7f, 0x80, 0x82, 0x9a, 0x9b, 0x9f, 0xa0,
        0xbb, 0xbf, 0xc0, 0xdb, 0xe0, 0xf4, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xff
    };

    private final List<byte[]> frames = new ArrayList<>();

    /** From the messages of the golden vectors. */
    Mutations(JsonNode messages) {
        for (JsonNode message : messages) {
            frames.add(VectorJson.HEX.parseHex(message.get("hex").textValue()));
        }
    }

    ArrayNode blocks() {
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < BLOCKS; i++) {
            json.addObject().put("marks", marks(i));
        }
        return json;
    }

    /** Four characters for each frame of a block. */
    String marks(int block) {
        StringBuilder marks = new StringBuilder();
        for (int i = 0; i < PER_BLOCK; i++) {
            marks.append(mark(spoilt(block * PER_BLOCK + i)));
        }
        return marks.toString();
    }

    byte[] spoilt(int seed) {
        Mulberry32 random = new Mulberry32(seed);
        byte[] bytes = frames.get(random.below(frames.size())).clone();
        for (int times = random.below(3); times >= 0 && bytes.length > 0; times--) {
            bytes = spoil(bytes, random);
        }
        return bytes;
    }

    private byte[] spoil(byte[] bytes, Mulberry32 random) {
        int at = random.below(bytes.length);
        switch (random.below(6)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.below(8));
            case 1 -> bytes[at] = (byte) AWKWARD[random.below(AWKWARD.length)];
            case 2 -> bytes[at] += (byte) (random.below(3) - 1);
            case 3 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 4 -> {
                return joined(bytes, at, bytes, Math.min(at + random.below(9), bytes.length));
            }
            default -> {
                byte[] other = frames.get(random.below(frames.size()));
                return joined(bytes, at, other, random.below(other.length));
            }
        }
        return bytes;
    }

    private static byte[] joined(byte[] head, int to, byte[] tail, int from) {
        byte[] joined = Arrays.copyOf(head, to + tail.length - from);
        System.arraycopy(tail, from, joined, to, tail.length - from);
        return joined;
    }

    /**
     * The first two bytes of the digest of the messages, written again; of an unknown one, and of WELCOME, whose limits each language
     * completes in its own way, only that it is there.
     */
    static String mark(byte[] frame) {
        List<Message> messages;
        try {
            messages = MessageCodec.decode(frame, Limits.defaults());
        } catch (ProtocolException e) {
            return REFUSED;
        }
        CborWriter out = new CborWriter();
        for (Message message : messages) {
            switch (message) {
                case Message.Hello hello -> {
                    return REFUSED;
                }
                case Message.Subscribe subscribe -> {
                    return REFUSED;
                }
                case Message.Refused refused -> {
                    return REFUSED;
                }
                case Message.Ops ops
                when !ops.rejections().isEmpty() -> {
                    return REFUSED;
                }
                case Message.Unknown unknown -> out.nothing();
                case Message.Welcome welcome -> out.nothing();
                default -> MessageCodec.encode(message, out);
            }
        }
        return HexFormat.of()
                .toHexDigits(Murmur3.hash(out.buffer(), 0, out.size()))
                .substring(0, 4);
    }
}
