package io.kantoku.apimachinery;

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

    @Override
    public String toString() {
        return groupVersion() + ", Kind=" + kind;
    }
}
