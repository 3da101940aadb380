package io.topgun.node.fuzz;

import io.topgun.node.gateway.WebSocketTarget;
import io.topgun.node.partition.Event;
import io.topgun.node.partition.EventSerializer;
import io.topgun.protocol.BlockCodec;
import io.topgun.protocol.CborReader;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.CellCodec;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Limits;
import io.topgun.protocol.Message;
import io.topgun.protocol.MessageCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The decoders of a node, by name. Each checks that what it has read can be written and is the same when read again. */
enum Targets implements Target {
    /** A frame of a client. */
    FRAMES {
        @Override
        public List<byte[]> seeds() {
            return Seeds.of("messages.json", "hex");
        }

        @Override
        public boolean take(byte[] bytes) {
            for (Message message : MessageCodec.decode(bytes, Limits.defaults())) {
                boolean isSendable = !(message instanceof Message.Unknown)
                        && !(message instanceof Message.Refused)
                        && !(message instanceof Message.Ops ops
                                && !ops.rejections().isEmpty());
                if (isSendable) {
                    same(List.of(message), MessageCodec.decode(MessageCodec.encode(message), Limits.defaults()));
                }
            }
            return true;
        }
    },
    /** The canonical form of a cell: of one state there is one form. */
    CELLS {
        private final CellCodec codec = new CellCodec();

        @Override
        public List<byte[]> seeds() {
            return Seeds.of("cells.json", "canonicalHex");
        }

        @Override
        public boolean take(byte[] bytes) {
            CellCodec.Keyed keyed = codec.decodeCanonical(bytes);
            same(true, Arrays.equals(bytes, codec.canonical(keyed.key(), keyed.cell())));
            same(keyed.cell(), keyed.cell().merge(keyed.cell()));
            return true;
        }
    },
    /** A block of cells. */
    BLOCKS {
        @Override
        public List<byte[]> seeds() {
            return Seeds.blocks();
        }

        @Override
        public boolean take(byte[] bytes) {
            List<Entry> entries = BlockCodec.read(new CborReader(bytes));
            CborWriter out = new CborWriter();
            BlockCodec.write(out, entries);
            same(entries, BlockCodec.read(new CborReader(out.toByteArray())));
            return true;
        }
    },
    /** An event of the journal; the first byte chooses the manifest. */
    EVENTS {
        private final EventSerializer serializer = new EventSerializer();

        @Override
        public List<byte[]> seeds() {
            List<byte[]> seeds = new ArrayList<>();
            Seeds.blocks().forEach(block -> seeds.add(behind('M', block)));
            seeds.add(behind('F', new CborWriter().integer(1_767_225_600_000L).toByteArray()));
            return seeds;
        }

        private static byte[] behind(char first, byte[] bytes) {
            byte[] seed = new byte[1 + bytes.length];
            seed[0] = (byte) first;
            System.arraycopy(bytes, 0, seed, 1, bytes.length);
            return seed;
        }

        @Override
        public boolean take(byte[] bytes) {
            if (bytes.length == 0) {
                return false;
            }
            String manifest = bytes[0] == 'M' ? "M1" : "F1";
            Event event = (Event) serializer.fromBinary(Arrays.copyOfRange(bytes, 1, bytes.length), manifest);
            Event again = (Event) serializer.fromBinary(serializer.toBinary(event), serializer.manifest(event));
            same(content(event), content(again));
            return true;
        }

        private static Object content(Event event) {
            return event instanceof Event.Merged merged ? merged.entries() : event;
        }
    },
    /** The frames of a WebSocket. */
    WEBSOCKET {
        private final Target target = new WebSocketTarget();

        @Override
        public List<byte[]> seeds() {
            return target.seeds();
        }

        @Override
        public boolean take(byte[] bytes) {
            return target.take(bytes);
        }
    };

    static void same(Object expected, Object actual) {
        if (!expected.equals(actual)) {
            throw new IllegalStateException("Read as " + expected + ", written and read again as " + actual);
        }
    }
}
