package io.topgun.persistence.rocksdb;

import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;

/** Objects as Pekko's serializers make them: the serializer's id, its manifest, the bytes. */
final class ObjectCodec {
    /** A serialized object; the bytes are not copied. */
    @SuppressWarnings("ArrayRecordComponent") // A carrier between two methods, never compared.
    record Encoded(int serializerId, String manifest, byte[] bytes) {}

    private final Serialization serialization;

    ObjectCodec(ExtendedActorSystem system) {
        serialization = SerializationExtension.get(system);
    }

    /** Serializes; whatever the serializer throws goes on to the caller. */
    Encoded encode(Object object) {
        Serializer serializer = serialization.findSerializerFor(object);
        byte[] bytes = serialization.serialize(object).get();
        return new Encoded(serializer.identifier(), Serializers.manifestFor(serializer, object), bytes);
    }

    Object decode(Encoded encoded) {
        return serialization
                .deserialize(encoded.bytes(), encoded.serializerId(), encoded.manifest())
                .get();
    }

    static void write(RecordWriter out, Encoded encoded) {
        out.int32(encoded.serializerId()).text(encoded.manifest()).sized(encoded.bytes());
    }

    static Encoded read(RecordReader in) {
        return new Encoded(in.int32(), in.text(), in.sized());
    }
}
