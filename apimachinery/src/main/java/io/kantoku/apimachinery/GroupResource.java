package io.kantoku.apimachinery;

/**
 * Names a REST collection regardless of its version.
 *
 * @param group the API group, {@code ""} for core
 * @param resource the plural name, lower case
 */
public record GroupResource(String group, String resource) implements Comparable<GroupResource> {
    @Override
    public int compareTo(GroupResource other) {
        int byGroup = group.compareTo(other.group);
        return byGroup != 0 ? byGroup : resource.compareTo(other.resource);
    }

    /** {@code deployments.apps}, or {@code pods} in the core group: the form of CRD names and of error messages. */
    @Override
    public String toString() {
        return group.isEmpty() ? resource : resource + "." + group;
    }
}
