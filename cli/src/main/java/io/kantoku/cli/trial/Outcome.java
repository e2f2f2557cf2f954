package io.kantoku.cli.trial;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * What a command did. The methods that expect something return this outcome, or throw a {@link TrialFailure} that shows the
 * command with everything that it printed.
 *
 * @param command as a person would type it
 * @param exit the exit code; {@link #TIMED_OUT} when it was ended for taking too long
 */
public record Outcome(String command, int exit, String out, String err, Duration took) {
    static final int TIMED_OUT = -1;

    private static final int LONGEST = 4000;

    public Outcome succeeds() {
        return exit == 0 ? this : fail("expected it to succeed, and it " + ending());
    }

    public Outcome fails() {
        return exit != 0 && exit != TIMED_OUT ? this : fail("expected it to be refused, and it " + ending());
    }

    /** Standard output holds all of these. */
    public Outcome says(String... parts) {
        return holds("standard output", out, parts);
    }

    /** Standard error holds all of these. */
    public Outcome complains(String... parts) {
        return holds("standard error", err, parts);
    }

    private Outcome holds(String where, String text, String... parts) {
        for (String part : parts) {
            if (!text.contains(part)) {
                return fail("expected \"" + part + "\" on " + where);
            }
        }
        return this;
    }

    /** Standard output without the line break at its end. */
    public String text() {
        return out.strip();
    }

    /** The lines of standard output that are not blank. */
    public List<String> lines() {
        return out.lines().filter(line -> !line.isBlank()).toList();
    }

    /** Standard output as JSON. */
    public JsonNode json() {
        succeeds();
        try {
            return Json.parse(out.getBytes(StandardCharsets.UTF_8));
        } catch (ApiException e) {
            throw new TrialFailure("expected JSON: " + e.getMessage() + "\n" + transcript());
        }
    }

    /** Throws with the reason and the transcript. */
    public Outcome fail(String reason) {
        throw new TrialFailure(reason + "\n" + transcript());
    }

    private String ending() {
        return exit == TIMED_OUT ? "did not end within " + took.toSeconds() + " s" : "ended with " + exit;
    }

    private String transcript() {
        StringBuilder text = new StringBuilder("$ " + command + "\n");
        text.append(cut(out));
        text.append(cut(err));
        return text.append("(exit ").append(exit).append(')').toString();
    }

    private static String cut(String text) {
        String end = text.isEmpty() || text.endsWith("\n") ? "" : "\n";
        return text.length() <= LONGEST ? text + end : "..." + text.substring(text.length() - LONGEST) + end;
    }
}
