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
    /** Of an event whose writer is a UUID and that has neither manifest nor metadata: the common one. */
    private static final int FIXED_BYTES = 1 + 1 + Long.BYTES + 2 * Long.BYTES + 3 * Integer.BYTES;

    private static final byte[] NOT_A_UUID = {};

    private final ObjectCodec objects;
    private final Clock clock;
    /** The writers' ids as bytes; each one is an actor that writes many events. */
    private final Recent<byte[]> writers = new Recent<>();

    EventCodec(ObjectCodec objects, Clock clock) {
        this.objects = objects;
        this.clock = clock;
    }

    /** Encodes an event, on the journal's thread; whatever its serializer throws goes on to the caller. */
    byte[] encode(PersistentRepr event) {
        Object payload = event.payload() instanceof Tagged tagged ? tagged.payload() : event.payload();
        Encoded body = objects.encode(payload);
        byte[] writer = writers.computeIfAbsent(event.writerUuid(), EventCodec::uuidBytes);
        boolean uuid = writer.length > 0;
        boolean manifest = !event.manifest().isEmpty();
        boolean metadata = event.metadata().isDefined();
        RecordWriter out = new RecordWriter(FIXED_BYTES + body.manifest().length() + body.bytes().length)
                .int8(VERSION)
                .int8((uuid ? WRITER_IS_UUID : 0) | (manifest ? HAS_MANIFEST : 0) | (metadata ? HAS_METADATA : 0))
                .int64(event.timestamp() == 0 ? clock.millis() : event.timestamp());
        if (uuid) out.rest(writer);
        else out.text(event.writerUuid());
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

    /** The 16 bytes of a UUID in the form that UUID prints, which gives the text back as it was. */
    private static byte[] uuidBytes(String text) {
        try {
            UUID id = UUID.fromString(text);
            if (!id.toString().equals(text)) return NOT_A_UUID;
            return new RecordWriter(2 * Long.BYTES)
                    .int64(id.getMostSignificantBits())
                    .int64(id.getLeastSignificantBits())
                    .toBytes();
        } catch (IllegalArgumentException e) {
            return NOT_A_UUID;
        }
    }
}
