package io.kantoku.apiserver.registry;

/**
 * Where a group version stands in discovery.
 *
 * @param group {@code groupPriorityMinimum}: groups with a higher one come first
 * @param version {@code versionPriority}: within the group likewise
 */
public record ApiPriority(int group, int version) {
    /** Of all custom resources; their versions are ordered by name. */
    public static final ApiPriority CUSTOM = new ApiPriority(1000, 100);
}
