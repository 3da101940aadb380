package io.topgun.loadtests.codec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * One operation of the sample, as an application would state it: a whole object under a key, stamped. Jackson writes it as it is.
 *
 * @param fields six of them in text order, about 150 bytes as JSON
 */
record Row(long id, String map, String key, int kind, long ms, int counter, String writer, Map<String, Object> fields) {
    static final String MAP = "customers";
    static final String[] NAMES = {"name", "note", "email", "street", "visits", "balance"};

    private static final String[] WORDS = {
        "Antwerpen",
        "Bergen",
        "Chanterelle",
        "delivery",
        "évêque",
        "fragile",
        "Großhandel",
        "harbour",
        "invoice",
        "Jönköping",
        "kitchen",
        "leave at the door",
        "Montréal",
        "no onions",
        "October",
        "parcel"
    };

    /** The same rows for the same count, from eight writers within a minute. */
    static List<Row> sample(int count) {
        SplittableRandom random = new SplittableRandom(271);
        List<Row> rows = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            rows.add(new Row(
                    1_000 + i,
                    MAP,
                    "customer/" + random.nextInt(10_000, 1_000_000),
                    2,
                    1_790_000_000_000L + random.nextInt(60_000),
                    random.nextInt(4),
                    "9f86d081884c7d6" + random.nextInt(8),
                    fields(random)));
        }
        return rows;
    }

    private static Map<String, Object> fields(SplittableRandom random) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put(NAMES[0], word(random) + " & " + word(random));
        fields.put(NAMES[1], word(random) + ", " + word(random));
        fields.put(NAMES[2], "buyer" + random.nextInt(1_000_000) + "@example.org");
        fields.put(NAMES[3], random.nextInt(1, 300) + " " + word(random) + " St");
        fields.put(NAMES[4], random.nextInt(5_000));
        fields.put(NAMES[5], (random.nextInt(10_000_000) * 100 + 25) / 100.0);
        return fields;
    }

    private static String word(SplittableRandom random) {
        return WORDS[random.nextInt(WORDS.length)];
    }
}
