package io.kantoku.controllers;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import java.util.ArrayList;
import java.util.List;

/**
 * A node's taint.
 *
 * @param value may be empty
 * @param effect {@code NoSchedule}, {@code PreferNoSchedule} or {@code NoExecute}
 * @param timeAdded when a NoExecute taint came, {@code ""} when not recorded
 */
public record Taint(String key, String value, String effect, String timeAdded) {
    public static final String NOT_READY = "node.kubernetes.io/not-ready";
    public static final String UNREACHABLE = "node.kubernetes.io/unreachable";
    public static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";

    /** A taint that nodes get for a condition. */
    public static Taint noSchedule(String key) {
        return new Taint(key, "", "NoSchedule", "");
    }

    public static List<Taint> of(KubeObject node) {
        List<Taint> taints = new ArrayList<>();
        for (JsonNode taint : node.at("spec", "taints")) {
            taints.add(new Taint(
                    taint.path("key").asText(),
                    taint.path("value").asText(""),
                    taint.path("effect").asText(),
                    taint.path("timeAdded").asText("")));
        }
        return taints;
    }

    /** Whether it is the same taint, whenever it came. */
    public boolean matches(Taint other) {
        return key.equals(other.key) && effect.equals(other.effect);
    }

    /** As {@code kubectl} and the scheduler's messages write it: {@code {key: value}}. */
    public String shown() {
        return "{" + key + ": " + value + "}";
    }
}
