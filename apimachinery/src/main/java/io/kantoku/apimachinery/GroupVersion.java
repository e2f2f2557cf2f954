package io.kantoku.apimachinery;

/**
 * An API group and one of its versions. The core group is the empty string.
 *
 * @param group for example {@code apps}, or {@code ""}
 * @param version for example {@code v1beta1}
 */
public record GroupVersion(String group, String version) {
    /** Reads {@code v1} or {@code apps/v1}, the form of {@code apiVersion}. */
    public static GroupVersion parse(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash < 0
                ? new GroupVersion("", apiVersion)
                : new GroupVersion(apiVersion.substring(0, slash), apiVersion.substring(slash + 1));
    }

    public GroupVersionKind kind(String kind) {
        return new GroupVersionKind(group, version, kind);
    }

    public GroupVersionResource resource(String resource) {
        return new GroupVersionResource(group, version, resource);
    }

    /** The value of {@code apiVersion}. */
    @Override
    public String toString() {
        return group.isEmpty() ? version : group + "/" + version;
    }
}
