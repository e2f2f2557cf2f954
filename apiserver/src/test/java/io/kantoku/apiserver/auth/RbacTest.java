package io.kantoku.apiserver.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.apiserver.admission.AdmissionRequest;
import io.kantoku.apiserver.admission.AdmissionRequests;
import io.kantoku.apiserver.catalog.KubernetesRelease;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What roles and bindings allow, what nobody may give away, and how both are said. */
class RbacTest {
    private static final ClusterId CLUSTER = new ClusterId("one");
    private static final String RBAC = "apiVersion: rbac.authorization.k8s.io/v1\n";

    private final FakeObjects objects = new FakeObjects();
    private final RbacAuthorizer rbac = new RbacAuthorizer(objects);
    private final Authorizer authorizer = new AnyOf(List.of(rbac));
    private final AccessControl access = new AccessControl(authorizer);

    @BeforeEach
    void aRoleAndSomeBindings() {
        role("ClusterRole", "", "reader", "[{verbs: [get, list], apiGroups: [''], resources: [pods]}]");
        role("Role", "a", "scaler", "[{verbs: ['*'], apiGroups: [apps], resources: [deployments/scale]}]");
        bind("RoleBinding", "a", "readers", "ClusterRole", "reader", "{kind: Group, name: dev}");
        bind("RoleBinding", "a", "scalers", "Role", "scaler", "{kind: ServiceAccount, name: robot}");
        bind("ClusterRoleBinding", "", "auditors", "ClusterRole", "reader", "{kind: User, name: auditor}");
    }

    @Test
    void aRoleBindingCountsInItsNamespace() {
        assertThat(allows("bob", List.of("dev"), get("a", "pods"))).isTrue();
        assertThat(allows("bob", List.of("dev"), get("b", "pods"))).isFalse();
        assertThat(allows("bob", List.of("dev"), get("", "pods"))).isFalse();
        assertThat(allows("bob", List.of("dev"), get("a", "secrets"))).isFalse();
        assertThat(allows("bob", List.of(), get("a", "pods"))).isFalse();
        assertThat(allows("dev", List.of(), get("a", "pods"))).isFalse();
    }

    @Test
    void aClusterRoleBindingCountsEverywhere() {
        assertThat(allows("auditor", List.of(), get("b", "pods"))).isTrue();
        assertThat(allows("auditor", List.of(), get("", "pods"))).isTrue();
    }

    @Test
    void aServiceAccountOfTheBindingsNamespaceIsASubject() {
        RequestInfo scale = request("update", "apps", "deployments", "scale", "a", "web");
        assertThat(allows("system:serviceaccount:a:robot", List.of(), scale)).isTrue();
        assertThat(allows("system:serviceaccount:b:robot", List.of(), scale)).isFalse();
        assertThat(allows(
                        "system:serviceaccount:a:robot",
                        List.of(),
                        request("update", "apps", "deployments", "", "a", "web")))
                .isFalse();
    }

    @Test
    void aChangeCountsAtOnce() {
        KubeObject binding = bind("RoleBinding", "b", "more", "ClusterRole", "reader", "{kind: User, name: bob}");
        assertThat(allows("bob", List.of(), get("b", "pods"))).isTrue();
        objects.remove(CLUSTER, binding);
        assertThat(allows("bob", List.of(), get("b", "pods"))).isFalse();
    }

    @Test
    void namesRestrictToObjects() {
        role("Role", "a", "one", "[{verbs: [get, create], apiGroups: [''], resources: [secrets], resourceNames: [x]}]");
        bind("RoleBinding", "a", "one", "Role", "one", "{kind: User, name: bob}");
        assertThat(allows("bob", List.of(), request("get", "", "secrets", "", "a", "x")))
                .isTrue();
        assertThat(allows("bob", List.of(), request("get", "", "secrets", "", "a", "y")))
                .isFalse();
        assertThat(allows("bob", List.of(), request("create", "", "secrets", "", "a", "")))
                .isFalse();
    }

    @Test
    void starsMatch() {
        role("Role", "a", "stars", "[{verbs: [get], apiGroups: ['*'], resources: ['*/scale']}]");
        bind("RoleBinding", "a", "stars", "Role", "stars", "{kind: User, name: bob}");
        assertThat(allows("bob", List.of(), request("get", "apps", "statefulsets", "scale", "a", "x")))
                .isTrue();
        assertThat(allows("bob", List.of(), request("get", "apps", "statefulsets", "", "a", "x")))
                .isFalse();
    }

    @Test
    void mastersMayEverything() {
        assertThat(access.allows(CLUSTER, UserInfo.master("root"), get("a", "secrets")))
                .isTrue();
    }

    @Test
    void refusesInTheWordsThatClientsKnow() {
        assertThatThrownBy(() -> access.require(CLUSTER, user("bob"), get("a", "pods")))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(403))
                .hasMessage("pods is forbidden: User \"bob\" cannot get resource \"pods\" in API group \"\""
                        + " in the namespace \"a\"");
        assertThatThrownBy(() -> access.require(
                        CLUSTER, user("bob"), request("update", "apps", "deployments", "scale", "a", "web")))
                .hasMessage("deployments.apps \"web\" is forbidden: User \"bob\" cannot update resource"
                        + " \"deployments/scale\" in API group \"apps\" in the namespace \"a\"");
        assertThatThrownBy(() ->
                        access.require(CLUSTER, user("bob"), request("list", "", "persistentvolumes", "", "", "")))
                .hasMessage("persistentvolumes is forbidden: User \"bob\" cannot list resource"
                        + " \"persistentvolumes\" in API group \"\" at the cluster scope");
        assertThatThrownBy(() -> access.require(
                        CLUSTER, user("bob"), new RequestInfo("get", false, "/metrics", "", "", "", "", "", "")))
                .hasMessage("forbidden: User \"bob\" cannot get path \"/metrics\"");
    }

    @Test
    void saysWhenABindingNamesARoleThatIsNotThere() {
        bind("RoleBinding", "a", "lost", "ClusterRole", "gone", "{kind: User, name: bob}");
        assertThatThrownBy(() -> access.require(CLUSTER, user("bob"), get("a", "pods")))
                .hasMessageEndingWith(
                        "in the namespace \"a\": RBAC: clusterrole.rbac.authorization.k8s.io \"gone\" not found");
    }

    @Test
    void explainsWhyItAllows() {
        assertThat(rbac.authorize(CLUSTER, user("bob", "dev"), get("a", "pods")).reason())
                .isEqualTo("RBAC: allowed by RoleBinding \"readers/a\" of ClusterRole \"reader\" to Group \"dev\"");
        assertThat(rbac.authorize(CLUSTER, user("auditor"), get("a", "pods")).reason())
                .isEqualTo("RBAC: allowed by ClusterRoleBinding \"auditors\" of ClusterRole \"reader\""
                        + " to User \"auditor\"");
    }

    @Nested
    class GivingRights {
        private final Escalation escalation = new Escalation(rbac, authorizer);

        @Test
        void ofOnesOwnIsAllowed() {
            create(
                    user("auditor"),
                    "clusterroles",
                    clusterRole("[{verbs: [get], apiGroups: [''], resources: [pods]}]"));
            create(user("auditor"), "rolebindings", binding("ClusterRole", "reader"));
        }

        @Test
        void thatOneDoesNotHaveIsRefused() {
            assertThatThrownBy(() -> create(
                            user("auditor", "g1", "g2"),
                            "clusterroles",
                            clusterRole(
                                    "[{verbs: [get, delete, patch], apiGroups: [''], resources: [pods, secrets]}]")))
                    .hasMessage("""
                            clusterroles.rbac.authorization.k8s.io "x" is forbidden: user "auditor" (groups=["g1" "g2"]) \
                            is attempting to grant RBAC permissions not currently held:
                            {APIGroups:[""], Resources:["secrets"], Verbs:["get" "delete" "patch"]}
                            {APIGroups:[""], Resources:["pods"], Verbs:["delete" "patch"]}""");
            role("ClusterRole", "", "strong", "[{verbs: ['*'], apiGroups: ['*'], resources: ['*']}]");
            assertThatThrownBy(() -> create(user("auditor"), "rolebindings", binding("ClusterRole", "strong")))
                    .hasMessageContaining("is attempting to grant RBAC permissions not currently held:\n"
                            + "{APIGroups:[\"*\"], Resources:[\"*\"], Verbs:[\"*\"]}");
        }

        @Test
        void throughARoleThatDoesNotExistYetIsRefused() {
            assertThatThrownBy(() -> create(user("auditor"), "rolebindings", binding("ClusterRole", "later")))
                    .isInstanceOfSatisfying(
                            ApiException.class, e -> assertThat(e.code()).isEqualTo(404))
                    .hasMessage("clusterroles.rbac.authorization.k8s.io \"later\" not found");
        }

        @Test
        void byAggregationNeedsAll() {
            String aggregated = RBAC + "kind: ClusterRole\nmetadata: {name: x}\n"
                    + "aggregationRule: {clusterRoleSelectors: [{matchLabels: {a: b}}]}\n";
            assertThatThrownBy(() -> create(user("auditor"), "clusterroles", aggregated))
                    .hasMessage("clusterroles.rbac.authorization.k8s.io \"x\" is forbidden: must have cluster-admin"
                            + " privileges to use an aggregationRule");
            bindEverything("boss");
            create(user("boss"), "clusterroles", aggregated);
        }

        @Test
        void isAllowedByTheVerbsEscalateAndBind() {
            role(
                    "ClusterRole",
                    "",
                    "granter",
                    "[{verbs: [escalate, bind], apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles]}]");
            bind("ClusterRoleBinding", "", "granters", "ClusterRole", "granter", "{kind: User, name: granter}");
            create(
                    user("granter"),
                    "clusterroles",
                    clusterRole("[{verbs: ['*'], apiGroups: ['*'], resources: ['*']}]"));
            create(user("granter"), "rolebindings", binding("ClusterRole", "anything"));
        }

        @Test
        void isNotAskedWhenNothingIsGiven() {
            KubeObject strong = object(clusterRole("[{verbs: ['*'], apiGroups: ['*'], resources: ['*']}]"));
            KubeObject labelled = strong.copy().label("a", "b");
            escalation.validate(AdmissionRequests.update(
                    user("nobody"), "clusterroles.rbac.authorization.k8s.io", labelled, strong));
        }

        @Test
        void urlsAreCoveredByPrefixes() {
            role("ClusterRole", "", "paths", "[{verbs: [get], nonResourceURLs: ['/apis/*']}]");
            bind("ClusterRoleBinding", "", "paths", "ClusterRole", "paths", "{kind: User, name: bob}");
            create(
                    user("bob"),
                    "clusterroles",
                    clusterRole("[{verbs: [get], nonResourceURLs: ['/apis/apps', '/apis/x/*']}]"));
            assertThatThrownBy(() -> create(
                            user("bob"),
                            "clusterroles",
                            clusterRole("[{verbs: [get], nonResourceURLs: ['/metrics']}]")))
                    .hasMessageEndingWith("{NonResourceURLs:[\"/metrics\"], Verbs:[\"get\"]}");
        }

        private void create(UserInfo user, String resource, String yaml) {
            AdmissionRequest request =
                    AdmissionRequests.create(user, resource + ".rbac.authorization.k8s.io", object(yaml));
            escalation.validate(request);
        }

        private static String clusterRole(String rules) {
            return RBAC + "kind: ClusterRole\nmetadata: {name: x}\nrules: " + rules;
        }

        private static String binding(String kind, String name) {
            return RBAC + "kind: RoleBinding\nmetadata: {name: x, namespace: a}\nroleRef: {kind: " + kind + ", name: "
                    + name + "}\nsubjects: [{kind: User, name: friend}]";
        }
    }

    @Nested
    class ActingAsOthers {
        private final Impersonation impersonation = new Impersonation(authorizer);

        @Test
        void needsNoRightWithoutHeaders() {
            assertThat(actingAs("bob", Map.of())).isEqualTo(user("bob"));
        }

        @Test
        void needsARightForEveryPart() {
            allow("[{verbs: [impersonate], apiGroups: [''], resources: [users], resourceNames: [alice]}]");
            assertThat(actingAs("bob", Map.of("impersonate-user", List.of("alice"))))
                    .satisfies(user -> {
                        assertThat(user.name()).isEqualTo("alice");
                        assertThat(user.groups()).containsExactly("system:authenticated");
                    });
            assertRefused(
                    Map.of("impersonate-user", List.of("carol")),
                    "users \"carol\" is forbidden: User \"bob\" cannot impersonate resource \"users\" in API group"
                            + " \"\" at the cluster scope");
            assertRefused(
                    Map.of("impersonate-user", List.of("alice"), "impersonate-group", List.of("system:masters")),
                    "groups \"system:masters\" is forbidden: User \"bob\" cannot impersonate resource \"groups\" in"
                            + " API group \"\" at the cluster scope");
            assertRefused(
                    Map.of("impersonate-user", List.of("alice"), "impersonate-extra-scopes", List.of("all")),
                    "userextras.authentication.k8s.io \"all\" is forbidden: User \"bob\" cannot impersonate resource"
                            + " \"userextras/scopes\" in API group \"authentication.k8s.io\" at the cluster scope");
            assertRefused(
                    Map.of("impersonate-user", List.of("alice"), "impersonate-uid", List.of("7")),
                    "uids.authentication.k8s.io \"7\" is forbidden: User \"bob\" cannot impersonate resource \"uids\""
                            + " in API group \"authentication.k8s.io\" at the cluster scope");
        }

        @Test
        void aServiceAccountIsOneOfItsNamespace() {
            allow("[{verbs: [impersonate], apiGroups: [''], resources: [serviceaccounts]}]");
            assertThat(actingAs("bob", Map.of("impersonate-user", List.of("system:serviceaccount:a:robot")))
                            .groups())
                    .containsExactly("system:serviceaccounts", "system:serviceaccounts:a", "system:authenticated");
            assertRefused(
                    Map.of("impersonate-user", List.of("system:serviceaccount:")),
                    "users \"system:serviceaccount:\" is forbidden: User \"bob\" cannot impersonate resource"
                            + " \"users\" in API group \"\" at the cluster scope");
        }

        @Test
        void extraKeysAreDecoded() {
            allow("[{verbs: [impersonate], apiGroups: ['*'], resources: ['*']}]");
            Map<String, List<String>> headers = new LinkedHashMap<>();
            headers.put("impersonate-user", List.of("alice"));
            headers.put("impersonate-extra-example.com%2fa+b", List.of("1", "2"));
            headers.put("impersonate-extra-100%", List.of("3"));
            assertThat(actingAs("bob", headers).extra())
                    .containsEntry("example.com/a+b", List.of("1", "2"))
                    .containsEntry("100%", List.of("3"));
        }

        @Test
        void needsAUser() {
            assertThatThrownBy(() -> actingAs("bob", Map.of("impersonate-group", List.of("g"))))
                    .isInstanceOfSatisfying(
                            ApiException.class, e -> assertThat(e.code()).isEqualTo(400))
                    .hasMessageContaining("without impersonating a user");
        }

        private void allow(String rules) {
            role("ClusterRole", "", "actor", rules);
            bind("ClusterRoleBinding", "", "actors", "ClusterRole", "actor", "{kind: User, name: bob}");
        }

        private UserInfo actingAs(String caller, Map<String, List<String>> headers) {
            return impersonation.actingAs(CLUSTER, user(caller), headers);
        }

        private void assertRefused(Map<String, List<String>> headers, String message) {
            assertThatThrownBy(() -> actingAs("bob", headers)).hasMessage(message);
        }
    }

    @Nested
    class Answering {
        private final Authenticator alice =
                (cluster, credential) -> credential.equals(new Authenticator.Credential.Bearer("alice"))
                        ? Optional.of(user("alice", "g"))
                        : Optional.empty();
        private final Reviews reviews =
                new Reviews(authorizer, rbac, new AuthenticatorChain(List.of(alice)), new TestClock());

        @Test
        void whoAmI() {
            KubeObject answer = answer(user("bob", "dev"), "kind: SelfSubjectReview");
            assertThat(answer.text("status", "userInfo", "username")).isEqualTo("bob");
            assertThat(answer.text("metadata", "creationTimestamp"))
                    .isEqualTo(new TestClock().instant().toString());
            assertThat(answer.at("status", "userInfo", "groups").get(0).asText())
                    .isEqualTo("dev");
        }

        @Test
        void whoseTokenItIs() {
            KubeObject good = answer(user("bob"), "kind: TokenReview\nspec: {token: alice}");
            assertThat(good.at("status", "authenticated").asBoolean()).isTrue();
            assertThat(good.text("status", "user", "username")).isEqualTo("alice");
            assertThat(good.json().toString()).doesNotContain("\"token\"");
            KubeObject bad = answer(user("bob"), "kind: TokenReview\nspec: {token: mallory}");
            assertThat(bad.at("status", "authenticated").asBoolean()).isFalse();
            assertThat(bad.text("status", "error")).isNotEmpty();
        }

        @Test
        void whatIMay() {
            String pods = "kind: SelfSubjectAccessReview\nspec: {resourceAttributes: {verb: get, resource: pods,"
                    + " namespace: a}}";
            assertThat(answer(user("bob", "dev"), pods).at("status", "allowed").asBoolean())
                    .isTrue();
            assertThat(answer(user("bob"), pods).at("status", "allowed").asBoolean())
                    .isFalse();
            assertThat(answer(
                                    user("bob"),
                                    "kind: SubjectAccessReview\nspec: {groups: [dev], resourceAttributes: {verb: get,"
                                            + " resource: pods, namespace: a}}")
                            .at("status", "allowed")
                            .asBoolean())
                    .isTrue();
        }

        @Test
        void refusesReviewsThatAskNothingOrTwoThings() {
            assertThatThrownBy(() -> answer(user("bob"), "kind: SelfSubjectAccessReview\nspec: {}"))
                    .hasMessageContaining("exactly one of");
            assertThatThrownBy(() -> answer(
                            user("bob"),
                            "kind: SelfSubjectAccessReview\n"
                                    + "spec: {resourceAttributes: {}, nonResourceAttributes: {}}"))
                    .hasMessageContaining("exactly one of");
            assertThatThrownBy(() -> answer(user("bob"), "kind: SubjectAccessReview\nspec: {resourceAttributes: {}}"))
                    .hasMessageContaining("at least one of user or group");
            assertThatThrownBy(() -> answer(
                            user("bob"),
                            "kind: LocalSubjectAccessReview\n" + "spec: {user: x, resourceAttributes: {namespace: b}}"))
                    .hasMessageContaining("must match namespace: a");
        }

        @Test
        void myRules() {
            KubeObject mine = answer(user("bob", "dev"), "kind: SelfSubjectRulesReview\nspec: {namespace: a}");
            assertThat(mine.at("status", "resourceRules"))
                    .hasToString("[{\"verbs\":[\"get\",\"list\"],\"apiGroups\":[\"\"],\"resources\":[\"pods\"]}]");
            assertThat(mine.at("status", "incomplete").asBoolean()).isFalse();
            KubeObject all = answer(UserInfo.master("root"), "kind: SelfSubjectRulesReview\nspec: {namespace: a}");
            assertThat(all.at("status", "nonResourceRules")
                            .get(0)
                            .path("nonResourceURLs")
                            .get(0)
                            .asText())
                    .isEqualTo("*");
        }

        private KubeObject answer(UserInfo user, String yaml) {
            return reviews.answer(CLUSTER, user, "a", object("apiVersion: x/v1\n" + yaml));
        }
    }

    @Nested
    class BeginningPolicy {
        @BeforeEach
        void policy() {
            BootstrapPolicy.objects(KubernetesRelease.NEWEST_MINOR).forEach(object -> objects.put(CLUSTER, object));
        }

        @Test
        void rolesCollectWhatTheirAggregationSays() {
            bind("RoleBinding", "a", "edit", "ClusterRole", "edit", "{kind: User, name: editor}");
            bind("RoleBinding", "a", "view", "ClusterRole", "view", "{kind: User, name: viewer}");
            bind("RoleBinding", "a", "admin", "ClusterRole", "admin", "{kind: User, name: admin}");
            assertThat(allows("editor", List.of(), get("a", "secrets"))).isTrue();
            assertThat(allows("editor", List.of(), get("a", "pods"))).isTrue();
            assertThat(allows("editor", List.of(), request("create", "apps", "deployments", "", "a", "")))
                    .isTrue();
            assertThat(allows(
                            "editor", List.of(), request("create", "rbac.authorization.k8s.io", "roles", "", "a", "")))
                    .isFalse();
            assertThat(allows("viewer", List.of(), get("a", "pods"))).isTrue();
            assertThat(allows("viewer", List.of(), get("a", "secrets"))).isFalse();
            assertThat(allows("admin", List.of(), request("create", "rbac.authorization.k8s.io", "roles", "", "a", "")))
                    .isTrue();
            assertThat(allows("admin", List.of(), get("", "nodes"))).isFalse();
        }

        @Test
        void anybodyMayReadClusterInfoAndVersionAndNothingElse() {
            UserInfo anonymous = UserInfo.ANONYMOUS;
            assertThat(access.allows(
                            CLUSTER, anonymous, request("get", "", "configmaps", "", "kube-public", "cluster-info")))
                    .isTrue();
            assertThat(access.allows(CLUSTER, anonymous, path("/version"))).isTrue();
            assertThat(access.allows(CLUSTER, anonymous, path("/api"))).isFalse();
            assertThat(access.allows(CLUSTER, anonymous, get("default", "pods")))
                    .isFalse();
        }

        @Test
        void bootstrappersReadTheConfigurationOnly() {
            UserInfo joining = user("system:bootstrap:abcdef", "system:bootstrappers:kubeadm:default-node-token");
            assertThat(access.allows(
                            CLUSTER, joining, request("get", "", "configmaps", "", "kube-system", "kubeadm-config")))
                    .isTrue();
            assertThat(access.allows(CLUSTER, joining, get("kube-system", "secrets")))
                    .isFalse();
        }

        private static RequestInfo path(String path) {
            return new RequestInfo("get", false, path, "", "", "", "", "", "");
        }
    }

    private boolean allows(String name, List<String> groups, RequestInfo request) {
        return access.allows(CLUSTER, new UserInfo(name, "", groups, Map.of()), request);
    }

    private static UserInfo user(String name, String... groups) {
        return new UserInfo(name, "", List.of(groups), Map.of());
    }

    private static RequestInfo get(String namespace, String resource) {
        return request("get", "", resource, "", namespace, "");
    }

    private static RequestInfo request(
            String verb, String group, String resource, String subresource, String namespace, String name) {
        return new RequestInfo(verb, true, "", group, "v1", resource, subresource, namespace, name);
    }

    private void role(String kind, String namespace, String name, String rules) {
        objects.put(CLUSTER, RBAC + "kind: " + kind + "\nmetadata: " + metadata(namespace, name) + "\nrules: " + rules);
    }

    private KubeObject bind(String kind, String namespace, String name, String roleKind, String role, String subject) {
        return objects.put(
                CLUSTER,
                RBAC + "kind: " + kind + "\nmetadata: " + metadata(namespace, name) + "\nroleRef: {kind: " + roleKind
                        + ", name: " + role + "}\nsubjects: [" + subject + "]");
    }

    private void bindEverything(String user) {
        role(
                "ClusterRole",
                "",
                "everything",
                "[{verbs: ['*'], apiGroups: ['*'], resources: ['*']}, {verbs: ['*'], nonResourceURLs: ['*']}]");
        bind("ClusterRoleBinding", "", "everything", "ClusterRole", "everything", "{kind: User, name: " + user + "}");
    }

    private static String metadata(String namespace, String name) {
        return namespace.isEmpty() ? "{name: " + name + "}" : "{name: " + name + ", namespace: " + namespace + "}";
    }

    private static KubeObject object(String yaml) {
        return KubeObject.of(Yaml.parseObject(yaml));
    }
}
