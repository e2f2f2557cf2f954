package io.kantoku.apimachinery;

import java.util.Locale;

/**
 * Names a kind of object in one version.
 *
 * @param group the API group, {@code ""} for core
 * @param version the API version
 * @param kind for example {@code Deployment}
 */
public record GroupVersionKind(String group, String version, String kind) {
    public GroupVersion groupVersion() {
        return new GroupVersion(group, version);
    }

    /**
     * The resource that a kind is served as by convention: lower case and plural. Kinds that break the convention need to be
     * known otherwise; this is upstream's {@code UnsafeGuessKindToResource}.
     */
    public GroupVersionResource conventionalResource() {
        String lower = kind.toLowerCase(Locale.ROOT);
        String plural;
        if (lower.equals("endpoints")) {
            plural = lower;
        } else if (lower.endsWith("s")) {
            plural = lower + "es";
        } else if (lower.endsWith("y")) {
            plural = lower.substring(0, lower.length() - 1) + "ies";
        } else {
            plural = lower + "s";
        }
        return new GroupVersionResource(group, version, plural);
    }

    @Override
    public String toString() {
        return groupVersion() + ", Kind=" + kind;
    }
}
