package io.topgun.node.commands;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/** The command {@code status}: prints who is in the cluster and has what; exit code 0, 1 if no node answers, 2 if misused. */
public final class StatusCommand {
    private static final String USAGE = "usage: topgun status [--url URL] [--json]\n";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private StatusCommand() {}

    /** Runs the command with the arguments behind its name; returns the exit code. */
    public static int run(List<String> args) {
        PrintStream err = System.err;
        String url = "http://127.0.0.1:8080";
        boolean json = false;
        for (int i = 0; i < args.size(); i++) {
            if (args.get(i).equals("--json")) {
                json = true;
            } else if (args.get(i).equals("--url") && i + 1 < args.size()) {
                url = args.get(++i);
            } else {
                err.print("topgun status: not understood: " + args.get(i) + "\n" + USAGE);
                return 2;
            }
        }
        try {
            return print(URI.create(url.replaceFirst("/$", "") + "/status" + (json ? "?format=json" : "")));
        } catch (IOException | IllegalArgumentException e) {
            err.println("topgun status: no answer from " + url + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 1;
    }

    private static int print(URI url) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(url).timeout(PATIENCE);
        String token = System.getenv("TOPGUN_TOKEN");
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            boolean isGiven = answer.statusCode() == 200;
            (isGiven ? System.out : System.err).print(answer.body());
            return isGiven ? 0 : 1;
        }
    }
}
