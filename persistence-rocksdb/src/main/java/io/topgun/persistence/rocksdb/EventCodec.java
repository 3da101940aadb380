package io.topgun.persistence.rocksdb;

import io.topgun.persistence.rocksdb.ObjectCodec.Encoded;
import java.time.Clock;
import java.util.UUID;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.Tagged;

/**
 * Events and the values of their rows.
 *
 * <pre>
 * 1  version = 1
 * 1  flags: 1 the writer is a UUID, 2 an adapter's manifest follows, 4 metadata follow
 * 8  timestamp, ms since 1970
 *    writer: 16 bytes, or a sized text
 *    adapter's manifest, sized, if flagged
 *    metadata, an object, if flagged
 *    event, an object: serializer id (4), manifest (sized), bytes (sized)
 * </pre>
 *
 * <p>Tags are dropped: there is no query by tag.
 */
final class EventCodec {
    private static final int VERSION = 1;
    private static final int WRITER_IS_UUID = 1;
    private static final int HAS_MANIFEST = 2;
    private static final int HAS_METADATA = 4;
    private static final int FIXED_BYTES = 64;
    private static final int UUID_CHARS = 36;

    private final ObjectCodec objects;
    private final Clock clock;

    EventCodec(ObjectCodec objects, Clock clock) {
        this.objects = objects;
        this.clock = clock;
    }

    /** Encodes an event; whatever its serializer throws goes on to the caller. */
    byte[] encode(PersistentRepr event) {
        Object payload = event.payload() instanceof Tagged tagged ? tagged.payload() : event.payload();
        Encoded body = objects.encode(payload);
        String writer = event.writerUuid();
        boolean uuid = isUuid(writer);
        boolean manifest = !event.manifest().isEmpty();
        boolean metadata = event.metadata().isDefined();
        RecordWriter out = new RecordWriter(FIXED_BYTES + body.bytes().length)
                .int8(VERSION)
                .int8((uuid ? WRITER_IS_UUID : 0) | (manifest ? HAS_MANIFEST : 0) | (metadata ? HAS_METADATA : 0))
                .int64(event.timestamp() == 0 ? clock.millis() : event.timestamp());
        if (uuid) {
            UUID id = UUID.fromString(writer);
            out.int64(id.getMostSignificantBits()).int64(id.getLeastSignificantBits());
        } else {
            out.text(writer);
        }
        if (manifest) out.text(event.manifest());
        if (metadata) ObjectCodec.write(out, objects.encode(event.metadata().get()));
        ObjectCodec.write(out, body);
        return out.toBytes();
    }

    PersistentRepr decode(String persistenceId, long sequenceNr, byte[] value) {
        RecordReader in = new RecordReader(value, VERSION);
        int flags = in.int8();
        long timestamp = in.int64();
        String writer = (flags & WRITER_IS_UUID) != 0 ? new UUID(in.int64(), in.int64()).toString() : in.text();
        String manifest = (flags & HAS_MANIFEST) != 0 ? in.text() : "";
        Object metadata = (flags & HAS_METADATA) != 0 ? objects.decode(ObjectCodec.read(in)) : null;
        Object payload = objects.decode(ObjectCodec.read(in));
        PersistentRepr event = PersistentRepr.apply(payload, sequenceNr, persistenceId, manifest, false, null, writer);
        PersistentRepr timed = event.withTimestamp(timestamp);
        return metadata == null ? timed : timed.withMetadata(metadata);
    }

    /** Whether the text is what UUID prints, so that 16 bytes give it back as it was. */
    private static boolean isUuid(String text) {
        if (text.length() != UUID_CHARS) return false;
        for (int i = 0; i < UUID_CHARS; i++) {
            char c = text.charAt(i);
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            boolean ok = dash ? c == '-' : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
            if (!ok) return false;
        }
        return true;
    }
}
