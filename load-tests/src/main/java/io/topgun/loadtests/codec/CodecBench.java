package io.topgun.loadtests.codec;

import io.topgun.loadtests.jmh.Jmh;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Our codec beside others on the same data, Java by JMH and Node, in turns. */
public final class CodecBench {
    static final String JAVA = "Java";
    static final List<Integer> SIZES = List.of(1, 100);
    private static final List<String> CODECS = List.of(
            BatchCodec.OURS,
            BatchCodec.HAND_PACKED,
            BatchCodec.HAND_PACKED_CHECKED,
            BatchCodec.JACKSON_CBOR,
            BatchCodec.MESSAGE_PACK,
            BatchCodec.JSON);

    private final int rounds;
    private final PrintStream out;

    public CodecBench(int rounds, PrintStream out) {
        this.rounds = rounds;
        this.out = out;
    }

    /** Measures and prints; every line has proved that it gives back what it was given. */
    public void run(Path directory) throws IOException, InterruptedException {
        CodecReport report = new CodecReport(rounds);
        List<Sample> samples = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            out.println("round " + round + " of " + rounds);
            for (int ops : SIZES) {
                for (String codec : CODECS) {
                    samples.add(jmh(codec, ops));
                }
                for (String codec : NodeLine.CODECS) {
                    samples.add(NodeLine.run(directory, codec, ops));
                }
            }
        }
        report.print(samples, out);
    }

    private static Sample jmh(String codec, int ops) {
        byte[] batch = BatchCodec.of(codec, Row.sample(ops)).write();
        return new Sample(JAVA, codec, ops, nanos("write", codec, ops), nanos("read", codec, ops), batch.length);
    }

    private static double nanos(String method, String codec, int ops) {
        return Jmh.cpuNanos(CodecLine.class, method, Map.of("codec", codec, "ops", Integer.toString(ops)));
    }
}
