package io.topgun.loadtests.codec;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Records and maps by Jackson, in one of its formats. */
final class JacksonCodec implements BatchCodec {
    private final ObjectWriter writer;
    private final ObjectReader reader;
    private final Batch batch;

    /** The message. */
    record Batch(int level, List<Row> ops) {}

    JacksonCodec(ObjectMapper mapper, List<Row> rows) {
        writer = mapper.writerFor(Batch.class);
        reader = mapper.readerFor(Batch.class);
        batch = new Batch(2, rows);
    }

    @Override
    public byte[] write() {
        try {
            return writer.writeValueAsBytes(batch);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Object read(byte[] bytes) {
        try {
            return reader.readValue(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<Row> rows(Object read) {
        return ((Batch) read).ops();
    }
}
