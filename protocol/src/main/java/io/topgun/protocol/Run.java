package io.topgun.protocol;

import java.util.ArrayList;
import java.util.List;

/** Ids of operations in a row: {@code first}, {@code first + 1}, and so on. */
public record Run(long first, long count) {
    public Run {
        if (first < 0 || count < 1 || first + count - 1 > CborReader.NATURAL_MAX) {
            throw new IllegalArgumentException("Not a run: " + first + ", " + count);
        }
    }

    /** The fewest runs that make these ids in this order. */
    public static List<Run> of(long... ids) {
        List<Run> runs = new ArrayList<>();
        int start = 0;
        for (int i = 1; i <= ids.length; i++) {
            if (i == ids.length || ids[i] != ids[i - 1] + 1) {
                runs.add(new Run(ids[start], i - start));
                start = i;
            }
        }
        return runs;
    }
}
