package io.kantoku.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apiserver.auth.Authorizer;
import io.kantoku.apiserver.auth.RequestInfo;
import io.kantoku.apiserver.auth.UserInfo;
import java.util.List;
import java.util.Map;

/** Questions to the authorizer from within expressions (Kubernetes' CEL authorizer library). */
public final class AuthorizerFunctions {
    private static final CelType AUTHORIZER = OpaqueType.create("kubernetes.authorization.Authorizer");
    private static final CelType PATH = OpaqueType.create("kubernetes.authorization.PathCheck");
    private static final CelType GROUP = OpaqueType.create("kubernetes.authorization.GroupCheck");
    private static final CelType RESOURCE = OpaqueType.create("kubernetes.authorization.ResourceCheck");
    private static final CelType DECISION = OpaqueType.create("kubernetes.authorization.Decision");

    private static final Functions.Parameter ON_AUTHORIZER = new Functions.Parameter(AUTHORIZER, Asking.class);
    private static final Functions.Parameter ON_PATH = new Functions.Parameter(PATH, PathCheck.class);
    private static final Functions.Parameter ON_GROUP = new Functions.Parameter(GROUP, GroupCheck.class);
    private static final Functions.Parameter ON_RESOURCE = new Functions.Parameter(RESOURCE, ResourceCheck.class);
    private static final Functions.Parameter ON_DECISION = new Functions.Parameter(DECISION, Decided.class);

    private AuthorizerFunctions() {}

    /** Who asks about whom. */
    public record Asking(ClusterId cluster, UserInfo user, Authorizer authorizer) {
        private Decided decide(RequestInfo request) {
            return new Decided(authorizer.authorize(cluster, user, request));
        }
    }

    record PathCheck(Asking asking, String path) {}

    record GroupCheck(Asking asking, String group) {}

    /** A question about a resource that is put together step by step. */
    public record ResourceCheck(
            Asking asking,
            String group,
            String resource,
            String subresource,
            String namespace,
            String name,
            String fieldSelector,
            String labelSelector) {
        private ResourceCheck with(String newSubresource, String newNamespace, String newName) {
            return new ResourceCheck(
                    asking, group, resource, newSubresource, newNamespace, newName, fieldSelector, labelSelector);
        }

        private Decided check(String verb) {
            return asking.decide(new RequestInfo(verb, true, "", group, "*", resource, subresource, namespace, name));
        }
    }

    record Decided(Authorizer.Decision decision) {}

    static void addTo(Functions functions) {
        functions
                .member(
                        "path",
                        "authorizer_path",
                        PATH,
                        List.of(ON_AUTHORIZER, Kinds.TEXT),
                        args -> path((Asking) args[0], (String) args[1]))
                .member(
                        "group",
                        "authorizer_group",
                        GROUP,
                        List.of(ON_AUTHORIZER, Kinds.TEXT),
                        args -> new GroupCheck((Asking) args[0], (String) args[1]))
                .member(
                        "serviceAccount",
                        "authorizer_serviceaccount",
                        AUTHORIZER,
                        List.of(ON_AUTHORIZER, Kinds.TEXT, Kinds.TEXT),
                        args -> serviceAccount((Asking) args[0], (String) args[1], (String) args[2]))
                .member("resource", "groupcheck_resource", RESOURCE, List.of(ON_GROUP, Kinds.TEXT), args -> {
                    GroupCheck group = (GroupCheck) args[0];
                    return new ResourceCheck(group.asking(), group.group(), (String) args[1], "", "", "", "", "");
                })
                .member(
                        "subresource",
                        "resourcecheck_subresource",
                        RESOURCE,
                        List.of(ON_RESOURCE, Kinds.TEXT),
                        args -> {
                            ResourceCheck check = (ResourceCheck) args[0];
                            return check.with((String) args[1], check.namespace(), check.name());
                        })
                .member("namespace", "resourcecheck_namespace", RESOURCE, List.of(ON_RESOURCE, Kinds.TEXT), args -> {
                    ResourceCheck check = (ResourceCheck) args[0];
                    return check.with(check.subresource(), (String) args[1], check.name());
                })
                .member("name", "resourcecheck_name", RESOURCE, List.of(ON_RESOURCE, Kinds.TEXT), args -> {
                    ResourceCheck check = (ResourceCheck) args[0];
                    return check.with(check.subresource(), check.namespace(), (String) args[1]);
                })
                .member(
                        "fieldSelector",
                        "resourcecheck_fieldselector",
                        RESOURCE,
                        List.of(ON_RESOURCE, Kinds.TEXT),
                        args -> args[0])
                .member(
                        "labelSelector",
                        "resourcecheck_labelselector",
                        RESOURCE,
                        List.of(ON_RESOURCE, Kinds.TEXT),
                        args -> args[0])
                .member("check", "pathcheck_check", DECISION, List.of(ON_PATH, Kinds.TEXT), args -> {
                    PathCheck check = (PathCheck) args[0];
                    return check.asking()
                            .decide(new RequestInfo((String) args[1], false, check.path(), "", "", "", "", "", ""));
                })
                .member(
                        "check",
                        "resourcecheck_check",
                        DECISION,
                        List.of(ON_RESOURCE, Kinds.TEXT),
                        args -> ((ResourceCheck) args[0]).check((String) args[1]))
                .member(
                        "allowed",
                        "decision_allowed",
                        SimpleType.BOOL,
                        List.of(ON_DECISION),
                        args -> ((Decided) args[0]).decision() instanceof Authorizer.Decision.Allowed)
                .member(
                        "reason",
                        "decision_reason",
                        SimpleType.STRING,
                        List.of(ON_DECISION),
                        args -> ((Decided) args[0]).decision().reason())
                .member("errored", "decision_errored", SimpleType.BOOL, List.of(ON_DECISION), args -> false)
                .member("error", "decision_error", SimpleType.STRING, List.of(ON_DECISION), args -> "");
    }

    private static PathCheck path(Asking asking, String path) {
        if (path.isEmpty()) {
            throw new IllegalArgumentException("path must not be empty");
        }
        return new PathCheck(asking, path);
    }

    private static Asking serviceAccount(Asking asking, String namespace, String name) {
        UserInfo account = new UserInfo(
                "system:serviceaccount:" + namespace + ":" + name,
                "",
                List.of("system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated"),
                Map.of());
        return new Asking(asking.cluster(), account, asking.authorizer());
    }
}
