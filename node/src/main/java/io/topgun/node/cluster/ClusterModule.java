package io.topgun.node.cluster;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.Deserializers;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.Serializers;
import com.fasterxml.jackson.databind.type.CollectionType;
import io.topgun.protocol.BlockCodec;
import io.topgun.protocol.CborReader;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Op;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How Jackson writes what nodes send each other: entries and operations as blocks, alternatives by their names. */
public final class ClusterModule extends SimpleModule {
    private static final long serialVersionUID = 1;

    @Override
    public void setupModule(SetupContext context) {
        super.setupModule(context);
        context.insertAnnotationIntrospector(new SealedTypes());
        context.addSerializers(new Writers());
        context.addDeserializers(new Readers());
    }

    private static final class Writers extends Serializers.Base {
        @Override
        public @Nullable JsonSerializer<?> findCollectionSerializer(
                SerializationConfig config,
                CollectionType type,
                BeanDescription description,
                TypeSerializer elementType,
                JsonSerializer<Object> elements) {
            if (type.getContentType().hasRawClass(Entry.class)) {
                return new Writer<>(ClusterModule::entriesToBytes);
            }
            return type.getContentType().hasRawClass(Op.class) ? new Writer<>(ClusterModule::opsToBytes) : null;
        }
    }

    private static final class Readers extends Deserializers.Base {
        @Override
        public @Nullable JsonDeserializer<?> findCollectionDeserializer(
                CollectionType type,
                DeserializationConfig config,
                BeanDescription description,
                TypeDeserializer elementType,
                JsonDeserializer<?> elements) {
            if (type.getContentType().hasRawClass(Entry.class)) {
                return new Reader<>(bytes -> BlockCodec.read(new CborReader(bytes)));
            }
            return type.getContentType().hasRawClass(Op.class) ? new Reader<>(ClusterModule::opsOf) : null;
        }
    }

    private static final class Writer<T> extends JsonSerializer<List<T>> {
        private final Function<List<T>, byte[]> toBytes;

        Writer(Function<List<T>, byte[]> toBytes) {
            this.toBytes = toBytes;
        }

        @Override
        public void serialize(List<T> list, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeBinary(toBytes.apply(list));
        }
    }

    private static final class Reader<T> extends JsonDeserializer<List<T>> {
        private final Function<byte[], List<T>> ofBytes;

        Reader(Function<byte[], List<T>> ofBytes) {
            this.ofBytes = ofBytes;
        }

        @Override
        public List<T> deserialize(JsonParser in, DeserializationContext context) throws IOException {
            return ofBytes.apply(in.getBinaryValue());
        }
    }

    private static byte[] entriesToBytes(List<Entry> entries) {
        CborWriter out = new CborWriter();
        BlockCodec.write(out, entries);
        return out.toByteArray();
    }

    /** Their ids, then their deltas as a block, which keeps their order. */
    private static byte[] opsToBytes(List<Op> ops) {
        CborWriter out = new CborWriter();
        out.array(ops.size());
        List<Entry> entries = new ArrayList<>(ops.size());
        for (Op op : ops) {
            out.integer(op.id());
            entries.add(new Entry(op.map(), op.key(), op.delta()));
        }
        BlockCodec.write(out, entries);
        return out.toByteArray();
    }

    private static List<Op> opsOf(byte[] bytes) {
        CborReader in = new CborReader(bytes);
        long[] ids = new long[in.array()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = in.integer();
        }
        List<Op> ops = new ArrayList<>(ids.length);
        for (Entry entry : BlockCodec.read(in)) {
            ops.add(new Op(ids[ops.size()], entry.map(), entry.key(), entry.cell()));
        }
        return ops;
    }
}
