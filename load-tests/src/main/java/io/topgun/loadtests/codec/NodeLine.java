package io.topgun.loadtests.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.topgun.loadtests.NodeScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The codecs of Node, each in a process of its own. */
final class NodeLine {
    static final String LANGUAGE = "Node";
    static final List<String> CODECS =
            List.of(BatchCodec.OURS, BatchCodec.JSON, "msgpackr, arrays", "msgpackr, records", "cbor-x");

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MILLISECONDS = 1_000;

    private NodeLine() {}

    static Sample run(Path directory, String codec, int ops) throws IOException, InterruptedException {
        Path rows = directory.resolve("rows-" + ops + ".json");
        Files.write(rows, MAPPER.writeValueAsBytes(Row.sample(ops)));
        String line = NodeScript.run("codec-line.mjs", rows.toString(), codec, Integer.toString(MILLISECONDS));
        JsonNode figures = MAPPER.readTree(line);
        return new Sample(
                LANGUAGE,
                codec,
                ops,
                figures.get("write").doubleValue(),
                figures.get("read").doubleValue(),
                figures.get("bytes").intValue());
    }
}
