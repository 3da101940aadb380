package io.topgun.node.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueType;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Check of an operator's file against the reference: every key must be known, and of the reference's type. */
final class KnownKeys {
    private KnownKeys() {}

    /**
     * Refuses a key that the reference does not have.
     *
     * @throws SettingsException that names the key and the nearest known one
     */
    static void check(Config given, Config reference) {
        TreeSet<String> known = new TreeSet<>();
        reference.entrySet().forEach(entry -> known.add(entry.getKey()));
        for (Map.Entry<String, ?> entry : given.entrySet()) {
            String key = entry.getKey();
            if (!known.contains(key) && !isInsideFreeForm(key, reference)) {
                throw new SettingsException("Unknown setting " + key + ". Did you mean " + nearest(key, known) + "?");
            }
        }
    }

    /** Pekko's own trees have objects that its users fill, such as dispatchers; TopGun's have none. */
    private static boolean isInsideFreeForm(String key, Config reference) {
        return key.startsWith("pekko.")
                && key.contains(".")
                && hasObject(reference, key.substring(0, key.lastIndexOf('.')));
    }

    private static boolean hasObject(Config reference, String path) {
        return reference.hasPath(path) && reference.getValue(path).valueType() == ConfigValueType.OBJECT;
    }

    private static String nearest(String key, Set<String> known) {
        return known.stream()
                .filter(candidate -> candidate.startsWith("topgun.") || key.startsWith("pekko."))
                .min(Comparator.comparingInt(candidate -> distance(key, candidate)))
                .orElse("one of those in the reference");
    }

    /** Levenshtein's edit distance. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
