package io.kantoku.apimachinery;

/**
 * Names a kind of object regardless of its version.
 *
 * @param group the API group, {@code ""} for core
 * @param kind for example {@code Deployment}
 */
public record GroupKind(String group, String kind) {
    /** {@code Deployment.apps}, or {@code Pod} in the core group: the form of error messages. */
    @Override
    public String toString() {
        return group.isEmpty() ? kind : kind + "." + group;
    }
}
