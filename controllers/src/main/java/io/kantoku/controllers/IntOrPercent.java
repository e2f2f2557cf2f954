package io.kantoku.controllers;

import com.fasterxml.jackson.databind.JsonNode;

/** Reads fields that hold a number or a percentage of the replicas. */
public final class IntOrPercent {
    private IntOrPercent() {}

    /** The number that the field means; {@code absent} when it is not set or cannot be read. */
    public static int resolve(JsonNode field, int total, boolean roundUp, int absent) {
        if (field.isIntegralNumber()) {
            return field.asInt();
        }
        String text = field.asText("");
        if (!text.endsWith("%")) {
            return absent;
        }
        try {
            long share = (long) Integer.parseInt(text.substring(0, text.length() - 1)) * total;
            return (int) (roundUp ? (share + 99) / 100 : share / 100);
        } catch (NumberFormatException _) {
            return absent;
        }
    }
}
