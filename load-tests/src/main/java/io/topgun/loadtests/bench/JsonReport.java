package io.topgun.loadtests.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Everything that was measured, every sample of it, for machines. */
final class JsonReport {
    private JsonReport() {}

    static void write(List<Results> all, Path file) throws IOException {
        new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValue(file.toFile(), all.stream().map(JsonReport::of).toList());
    }

    private static Map<String, Object> of(Results results) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("scenario", results.scenario());
        json.put("about", results.about());
        json.put("rounds", results.rounds());
        json.put("seconds", results.seconds());
        json.put("before", results.before().toString());
        json.put("after", results.after().toString());
        json.put("entrants", results.entrants());
        json.put("skipped", results.skipped());
        json.put("proofs", results.proofs());
        json.put("goals", results.verdicts().stream().map(Object::toString).toList());
        json.put("samples", results.samples().stream().map(JsonReport::of).toList());
        return json;
    }

    private static Map<String, Object> of(Results.Taken taken) {
        Map<String, Double> figures = new TreeMap<>();
        taken.sample().figures().forEach((metric, figure) -> figures.put(metric.title(), figure));
        return Map.of("load", taken.load(), "entrant", taken.entrant(), "round", taken.round(), "figures", figures);
    }
}
