package io.topgun.protocol;

import java.util.ArrayList;
import java.util.List;

/** Turns messages into the bytes of a frame and back. */
public final class MessageCodec {
    /** Version of the protocol; no other is spoken. */
    public static final int VERSION = 3;

    static final int HELLO = 1;
    static final int OPS = 2;
    static final int SUBSCRIBE = 3;
    static final int UNSUBSCRIBE = 4;
    static final int FETCH = 5;
    static final int PING = 6;
    static final int PONG = 7;
    static final int PICK = 8;
    static final int WELCOME = 16;
    static final int STORE = 17;
    static final int ACK = 18;
    static final int SNAPSHOT = 19;
    static final int SYNCED = 20;
    static final int DELTA = 21;
    static final int DIGEST = 22;
    static final int BUCKETS = 23;
    static final int ERROR = 24;
    static final int FRONTIER = 25;
    static final int KEYS = 26;
    static final int CELLS = 27;
    static final int NODES = 28;

    /** Messages of one frame: so many small ones must not cost much more than the frame itself. */
    private static final int MESSAGES_MAX = 65_536;

    private MessageCodec() {}

    public static byte[] encode(Message message) {
        CborWriter out = new CborWriter();
        encode(message, out);
        return out.toByteArray();
    }

    /** Appends a message to a frame. */
    public static void encode(Message message, CborWriter out) {
        new MessageWriter(out).write(message);
    }

    /** Appends a {@link Message.Snapshot} whose block is encoded already. */
    public static void encode(Message.Snapshot message, byte[] block, CborWriter out) {
        new MessageWriter(out).snapshot(message, block);
    }

    /** A {@link Message.Delta} whose block is encoded already, as the journal has it. */
    public static byte[] delta(int partition, int ref, long seq, byte[] block) {
        CborWriter out = new CborWriter(block.length + 24);
        out.array(5).integer(DELTA).integer(partition).integer(ref).integer(seq);
        return out.raw(block, 0, block.length).toByteArray();
    }

    /**
     * Reads all messages of a frame.
     *
     * @throws ProtocolException {@code MALFORMED} if the frame is not one
     */
    public static List<Message> decode(byte[] frame, Limits limits) {
        MessageReader reader = new MessageReader(new CborReader(frame), limits);
        List<Message> messages = new ArrayList<>(1);
        do {
            if (messages.size() == MESSAGES_MAX) {
                throw ProtocolException.malformed("More than " + MESSAGES_MAX + " messages in a frame");
            }
            messages.add(reader.read());
        } while (reader.hasNext());
        return messages;
    }
}
