package io.kantoku.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import java.time.Duration;
import java.util.Locale;

/**
 * One measured time.
 *
 * @param reach the time to reach; zero when none is set
 * @param reference what others take, in words; {@code ""} when there is nothing to compare with
 */
record Figure(String what, Duration measured, Duration reach, String reference) {
    double seconds() {
        return measured.toNanos() / 1e9;
    }

    boolean reached() {
        return reach.isZero() || measured.compareTo(reach) <= 0;
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object().put("what", what).put("seconds", seconds());
        if (!reach.isZero()) {
            json.put("reach_seconds", reach.toMillis() / 1000.0).put("reached", reached());
        }
        return reference.isEmpty() ? json : json.put("reference", reference);
    }

    String line() {
        String wanted = reach.isZero()
                ? ""
                : String.format(
                        Locale.ROOT, "(reach %.0f s%s)", reach.toMillis() / 1000.0, reached() ? "" : ", MISSED");
        return String.format(Locale.ROOT, "%-62s %8.3f s  %-20s %s", what, seconds(), wanted, reference)
                .stripTrailing();
    }
}
