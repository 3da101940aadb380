package io.topgun.persistence.rocksdb;

import io.topgun.persistence.rocksdb.ObjectCodec.Encoded;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Ordinary snapshots and the values of their rows.
 *
 * <pre>
 * 1  version = 1
 * 8  timestamp, ms since 1970
 * 1  1 if metadata follow, else 0
 *    metadata, an object, if flagged
 *    snapshot, an object: serializer id (4), manifest (sized), bytes (sized)
 * </pre>
 */
final class SnapshotCodec {
    private static final int VERSION = 1;
    private static final int FIXED_BYTES = 64;

    private final ObjectCodec objects;

    SnapshotCodec(ObjectCodec objects) {
        this.objects = objects;
    }

    byte[] encode(SnapshotMetadata about, Object snapshot) {
        Encoded body = objects.encode(snapshot);
        boolean metadata = about.metadata().isDefined();
        RecordWriter out = new RecordWriter(FIXED_BYTES + body.bytes().length)
                .int8(VERSION)
                .int64(about.timestamp())
                .int8(metadata ? 1 : 0);
        if (metadata) ObjectCodec.write(out, objects.encode(about.metadata().get()));
        ObjectCodec.write(out, body);
        return out.toBytes();
    }

    static long timestamp(byte[] value) {
        return new RecordReader(value, VERSION).int64();
    }

    SelectedSnapshot decode(String persistenceId, long sequenceNr, byte[] value) {
        RecordReader in = new RecordReader(value, VERSION);
        SnapshotMetadata about = new SnapshotMetadata(persistenceId, sequenceNr, in.int64());
        @Nullable Object metadata = in.int8() == 1 ? objects.decode(ObjectCodec.read(in)) : null;
        Object snapshot = objects.decode(ObjectCodec.read(in));
        return new SelectedSnapshot(metadata == null ? about : about.withMetadata(metadata), snapshot);
    }
}
