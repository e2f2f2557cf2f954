package io.kantoku.apimachinery;

/**
 * Names a REST collection in one version.
 *
 * @param group the API group, {@code ""} for core
 * @param version the API version
 * @param resource the plural name, lower case, for example {@code deployments}
 */
public record GroupVersionResource(String group, String version, String resource) {
    public GroupVersion groupVersion() {
        return new GroupVersion(group, version);
    }

    public GroupResource groupResource() {
        return new GroupResource(group, resource);
    }

    @Override
    public String toString() {
        return groupVersion() + ", Resource=" + resource;
    }
}
