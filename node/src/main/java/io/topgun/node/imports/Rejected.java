package io.topgun.node.imports;

import java.util.ArrayList;
import java.util.List;

/** The rows that were not imported: how many, and the first of them with their reasons. */
final class Rejected {
    static final int LISTED_MAX = 20;

    private final List<Line> first = new ArrayList<>();
    private long count;

    private record Line(long row, String code, String text) {}

    void add(long row, String code, String text) {
        count++;
        if (first.size() < LISTED_MAX) {
            first.add(new Line(row, code, text));
        }
    }

    long count() {
        return count;
    }

    /** One line a row; rows are counted from 1 for people. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Line line : first) {
            lines.add("row " + (line.row() + 1) + ": " + line.code() + ": " + line.text());
        }
        if (count > first.size()) {
            lines.add("and " + (count - first.size()) + " more");
        }
        return lines;
    }
}
