package io.topgun.loadtests.fanout;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * As much of y-protocols' sync messages and of Yjs' update format, version 1, as a broadcast needs: one writer sets keys of a map to
 * bytes, one item each, so that the clock of an item is the number of the change.
 */
final class YjsUpdates {
    /** A client that has nothing asks for everything. */
    static final byte[] STEP_1 = {0, 0, 1, 0};

    private static final int SYNC = 0;
    private static final int STEP_2 = 1;
    private static final int UPDATE = 2;
    private static final int CLIENT = 1;
    private static final int BINARY = 3;
    private static final int HAS_ORIGIN = 0x80;
    private static final int HAS_KEY = 0x20;
    private static final String MAP = "m";

    private final int keys;

    /** Of a writer who sets so many keys in turn. */
    YjsUpdates(int keys) {
        this.keys = keys;
    }

    /** The changes of one transaction. */
    byte[] update(long first, int count, int bytes) {
        ByteArrayOutputStream update = new ByteArrayOutputStream(count * (bytes + 32));
        varUint(update, 1); // clients
        varUint(update, count);
        varUint(update, CLIENT);
        varUint(update, first);
        for (long number = first; number < first + count; number++) {
            item(update, number, bytes);
        }
        varUint(update, 0); // deletions: what a key had is deleted where this is taken in
        ByteArrayOutputStream message = new ByteArrayOutputStream(update.size() + 8);
        message.write(SYNC);
        message.write(UPDATE);
        varUint(message, update.size());
        message.writeBytes(update.toByteArray());
        return message.toByteArray();
    }

    private void item(ByteArrayOutputStream out, long number, int bytes) {
        if (number >= keys) { // behind what the key has
            out.write(HAS_ORIGIN | HAS_KEY | BINARY);
            varUint(out, CLIENT);
            varUint(out, number - keys);
        } else {
            out.write(HAS_KEY | BINARY);
            varUint(out, 1); // the parent by its name
            string(out, MAP);
            string(out, "key" + number);
        }
        varUint(out, bytes);
        out.writeBytes(Listeners.payload(number, bytes).array());
    }

    /** Whether a message has what was asked for by {@link #STEP_1}. */
    static boolean isStep2(ByteBuffer message) {
        return message.get(0) == SYNC && message.get(1) == STEP_2;
    }

    /** The changes that a message tells of. */
    record Run(long first, int count) {}

    /** What a message tells of; nothing if it is no update. */
    static Run read(ByteBuffer message) {
        if (message.get() != SYNC || message.get() != UPDATE) {
            return new Run(0, 0);
        }
        long bytes = varUint(message);
        if (bytes != message.remaining() || varUint(message) != 1) {
            throw new IllegalStateException("An update of several writers, or cut short");
        }
        int count = (int) varUint(message);
        long client = varUint(message);
        if (client != CLIENT) {
            throw new IllegalStateException("An update of writer " + client);
        }
        return new Run(varUint(message), count);
    }

    private static void string(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        varUint(out, bytes.length);
        out.writeBytes(bytes);
    }

    /** Seven bits a byte, the lowest first. */
    private static void varUint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while (rest > 0x7f) {
            out.write((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    private static long varUint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}
