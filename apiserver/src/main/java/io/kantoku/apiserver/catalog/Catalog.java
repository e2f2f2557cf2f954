package io.kantoku.apiserver.catalog;

import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apiserver.registry.ApiPriority;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.Subresource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All built-in kinds, in the order in which discovery announces them. */
public final class Catalog {
    private static final int EVICTION_IN_V1 = 22;

    private static final List<ResourceType> TYPES = all();

    private static final List<ReviewType> REVIEWS = List.of(
            review("authentication.k8s.io", "selfsubjectreviews", "SelfSubjectReview", false),
            review("authentication.k8s.io", "tokenreviews", "TokenReview", false),
            review("authorization.k8s.io", "localsubjectaccessreviews", "LocalSubjectAccessReview", true),
            review("authorization.k8s.io", "selfsubjectaccessreviews", "SelfSubjectAccessReview", false),
            review("authorization.k8s.io", "selfsubjectrulesreviews", "SelfSubjectRulesReview", false),
            review("authorization.k8s.io", "subjectaccessreviews", "SubjectAccessReview", false));

    private static final List<ResourceType> KNOWN = Stream.concat(
                    TYPES.stream(), REVIEWS.stream().map(Catalog::question))
            .toList();

    private static final Map<Integer, List<ResourceType>> BY_MINOR = new ConcurrentHashMap<>();

    private Catalog() {}

    /**
     * All types of a cluster of a Kubernetes version, in the versions that this release serves, questions too; the same list for
     * the same minor. A kind that the release does not know is there without a version, for the server's own parts.
     */
    public static List<ResourceType> served(String kubernetesVersion) {
        return BY_MINOR.computeIfAbsent(
                KubernetesRelease.minorOf(kubernetesVersion),
                minor -> inOrder(KNOWN.stream().map(type -> as(type, minor)), minor));
    }

    private static ResourceType as(ResourceType type, int minor) {
        List<Subresource> parts = type.subresources().stream()
                .filter(part -> Lifecycle.hasSubresource(type.name(), part.name(), minor))
                .map(part -> part.name().equals("eviction") && minor < EVICTION_IN_V1
                        ? new Subresource(
                                part.name(), new GroupVersionKind("policy", "v1beta1", "Eviction"), part.verbs())
                        : part)
                .toList();
        return type.serving(
                Lifecycle.versions(type.name(), minor), parts, type.printer().ofRelease(minor));
    }

    /** What the clients of a version are to be told of it; empty when there is nothing. */
    public static Optional<String> deprecation(ResourceType type, String version, String kubernetesVersion) {
        return Lifecycle.deprecation(type.name(), type.kind(), version, KubernetesRelease.minorOf(kubernetesVersion));
    }

    /** The release that no longer serves a version, for example {@code 1.25}; empty while none is named. */
    public static Optional<String> removal(ResourceType type, String version) {
        return Lifecycle.removal(type.name(), version);
    }

    /** Where a group version stands in the discovery of a Kubernetes version. */
    public static ApiPriority priority(GroupVersion version, String kubernetesVersion) {
        return new ApiPriority(
                GroupPriorities.group(version.group(), KubernetesRelease.minorOf(kubernetesVersion)),
                GroupPriorities.version(version));
    }

    /** The resources whose objects are answered rather than stored. */
    public static Set<GroupResource> questions() {
        return REVIEWS.stream()
                .map(review -> review.resource().groupResource())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The kinds that are stored, and Bindings and ComponentStatuses, which only look so. */
    public static List<ResourceType> builtIn() {
        return TYPES;
    }

    /** The kinds that are questions. */
    public static List<ReviewType> reviews() {
        return REVIEWS;
    }

    /** The API groups in order of preference; custom groups come after them. */
    public static List<String> groups() {
        return GroupPriorities.groups(KubernetesRelease.NEWEST_MINOR);
    }

    private static ReviewType review(String group, String resource, String kind, boolean namespaced) {
        return new ReviewType(new GroupVersionResource(group, "v1", resource), kind, namespaced);
    }

    private static List<ResourceType> all() {
        List<Declaration> declarations = new ArrayList<>();
        declarations.addAll(CoreKinds.all());
        declarations.addAll(WorkloadKinds.all());
        declarations.addAll(NetworkKinds.all());
        declarations.addAll(StorageKinds.all());
        declarations.addAll(AccessKinds.all());
        declarations.addAll(ControlKinds.all());
        declarations.addAll(DeviceKinds.all());
        return inOrder(declarations.stream().map(Declaration::build), KubernetesRelease.NEWEST_MINOR);
    }

    private static ResourceType question(ReviewType review) {
        String group = review.resource().group();
        String plural = review.resource().resource();
        String version = review.resource().version();
        Declaration declaration = review.namespaced()
                ? Declaration.namespaced(group, review.kind(), plural, version)
                : Declaration.cluster(group, review.kind(), plural, version);
        return declaration.verbs("create").build();
    }

    private static List<ResourceType> inOrder(Stream<ResourceType> types, int minor) {
        List<String> groups = GroupPriorities.groups(minor);
        return types.sorted(Comparator.comparingInt((ResourceType type) ->
                                groups.indexOf(type.name().group()))
                        .thenComparing(type -> type.name().resource()))
                .toList();
    }
}
