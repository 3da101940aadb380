package io.topgun.loadtests.codec;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import java.util.List;
import org.msgpack.jackson.dataformat.MessagePackMapper;

/** One way to write a batch of operations, which it has got as the objects it likes best. */
interface BatchCodec {
    String OURS = "topgun";
    String HAND_PACKED = "hand-packed";
    String HAND_PACKED_CHECKED = "hand-packed, checked";
    String JACKSON_CBOR = "Jackson CBOR";
    String MESSAGE_PACK = "MessagePack";
    String JSON = "JSON";

    byte[] write();

    /** What a receiver works on. */
    Object read(byte[] batch);

    /** What was read as rows again, for the proof. */
    List<Row> rows(Object read);

    static BatchCodec of(String name, List<Row> rows) {
        return switch (name) {
            case OURS -> new OurCodec(rows);
            case HAND_PACKED -> new HandPackedCodec(rows, false);
            case HAND_PACKED_CHECKED -> new HandPackedCodec(rows, true);
            case JACKSON_CBOR -> new JacksonCodec(CBORMapper.builder().build(), rows);
            case MESSAGE_PACK -> new JacksonCodec(new MessagePackMapper(), rows);
            case JSON -> new JacksonCodec(JsonMapper.builder().build(), rows);
            default -> throw new IllegalArgumentException(name);
        };
    }
}
