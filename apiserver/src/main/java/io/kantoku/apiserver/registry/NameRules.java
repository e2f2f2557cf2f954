package io.kantoku.apiserver.registry;

import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.Names;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Which names the kinds allow: DNS subdomains but for those listed here. */
final class NameRules {
    private static final String RBAC = "rbac.authorization.k8s.io";
    private static final Map<GroupResource, Function<String, List<String>>> OTHERS = Map.ofEntries(
            Map.entry(new GroupResource("", "namespaces"), Names::dns1123Label),
            Map.entry(new GroupResource("", "services"), Names::dns1035Label),
            Map.entry(new GroupResource(RBAC, "roles"), Names::pathSegment),
            Map.entry(new GroupResource(RBAC, "rolebindings"), Names::pathSegment),
            Map.entry(new GroupResource(RBAC, "clusterroles"), Names::pathSegment),
            Map.entry(new GroupResource(RBAC, "clusterrolebindings"), Names::pathSegment),
            Map.entry(new GroupResource("apiregistration.k8s.io", "apiservices"), Names::pathSegment),
            Map.entry(new GroupResource("certificates.k8s.io", "certificatesigningrequests"), Names::pathSegment));

    private NameRules() {}

    /** What is wrong with a name. */
    static List<String> problems(GroupResource resource, String name) {
        List<String> segment = Names.pathSegment(name);
        return segment.isEmpty()
                ? OTHERS.getOrDefault(resource, Names::dns1123Subdomain).apply(name)
                : segment;
    }
}
