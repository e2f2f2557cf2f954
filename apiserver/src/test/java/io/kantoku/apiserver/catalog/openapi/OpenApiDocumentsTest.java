package io.kantoku.apiserver.catalog.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.Json;
import io.kantoku.apiserver.catalog.Catalog;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.Strategy;
import io.kantoku.apiserver.registry.TablePrinter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The documents that clients read. */
final class OpenApiDocumentsTest {
    private static final String RELEASE = "v1.32.4";
    private final OpenApiDocuments builtIn = new OpenApiDocuments(Catalog.served(RELEASE), RELEASE);

    @Test
    void referToNothingThatIsNotThere() {
        for (GroupVersion version : builtIn.versions()) {
            ObjectNode document = builtIn.v3(version);
            assertThat(dangling(document, "#/components/schemas/", document.at("/components/schemas")))
                    .as(version.toString())
                    .isEmpty();
        }
        ObjectNode v2 = builtIn.v2();
        assertThat(dangling(v2, "#/definitions/", v2.path("definitions"))).isEmpty();
    }

    @Test
    void sayWhatKubectlAsksFor() {
        ObjectNode core = builtIn.v3(new GroupVersion("", "v1"));
        JsonNode pod = core.at("/components/schemas/io.k8s.api.core.v1.Pod");
        JsonNode patch = core.path("paths")
                .path("/api/v1/namespaces/{namespace}/pods/{name}")
                .path("patch");
        JsonNode containers = core.at("/components/schemas/io.k8s.api.core.v1.PodSpec/properties/containers");

        assertThat(pod.path("x-kubernetes-group-version-kind").path(0))
                .isEqualTo(Json.object().put("group", "").put("kind", "Pod").put("version", "v1"));
        assertThat(patch.path("requestBody").path("content").has("application/strategic-merge-patch+json"))
                .isTrue();
        assertThat(patch.path("parameters").findValuesAsText("name")).contains("fieldValidation", "dryRun");
        assertThat(containers.path("x-kubernetes-patch-merge-key").asText()).isEqualTo("name");
        assertThat(containers.path("x-kubernetes-list-type").asText()).isEqualTo("map");
        assertThat(core.at("/components/schemas/io.k8s.api.core.v1.PodSpec/properties/affinity/description")
                        .asText())
                .isNotEmpty();
    }

    /** Paths and names of operations as in upstream's document, which clients are generated from. */
    @Test
    void nameTheOperationsThatClientsAreMadeOf() {
        JsonNode paths = builtIn.v2().path("paths");
        String pod = "/api/v1/namespaces/{namespace}/pods/{name}";

        assertThat(operation(paths, pod + "/exec", "get")).isEqualTo("connectCoreV1GetNamespacedPodExec");
        assertThat(operation(paths, pod + "/proxy/{path}", "put"))
                .isEqualTo("connectCoreV1PutNamespacedPodProxyWithPath");
        assertThat(operation(paths, pod + "/log", "get")).isEqualTo("readCoreV1NamespacedPodLog");
        assertThat(operation(paths, pod + "/eviction", "post")).isEqualTo("createCoreV1NamespacedPodEviction");
        assertThat(operation(paths, "/api/v1/watch/namespaces/{namespace}/pods", "get"))
                .isEqualTo("watchCoreV1NamespacedPodList");
        assertThat(operation(paths, "/api/v1/watch/pods", "get")).isEqualTo("watchCoreV1PodListForAllNamespaces");
        assertThat(operation(paths, "/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale", "patch"))
                .isEqualTo("patchAppsV1NamespacedDeploymentScale");
        assertThat(operation(paths, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "post"))
                .isEqualTo("createAuthorizationV1SelfSubjectAccessReview");
        assertThat(operation(paths, "/apis/apps/v1/", "get")).isEqualTo("getAppsV1APIResources");
        assertThat(operation(paths, "/apis/apps/", "get")).isEqualTo("getAppsAPIGroup");
        assertThat(operation(paths, "/version/", "get")).isEqualTo("getCodeVersion");
        assertThat(paths.path("/api/v1/namespaces/{namespace}/pods")
                        .at("/get/parameters")
                        .findValuesAsText("name"))
                .contains("resourceVersionMatch", "sendInitialEvents", "timeoutSeconds");
    }

    @Test
    void nameEachOperationOnce() {
        List<String> names = builtIn.v2().path("paths").findValuesAsText("operationId");

        assertThat(names).hasSizeGreaterThan(500).doesNotHaveDuplicates();
    }

    private static String operation(JsonNode paths, String path, String method) {
        return paths.path(path).path(method).path("operationId").asText();
    }

    @Test
    void describeAlmostEveryField() {
        int[] fields = new int[2];
        for (JsonNode struct : BuiltInSchemas.get().texts()) {
            struct.path("p").forEach(field -> {
                fields[0]++;
                fields[1] += field.has("d") ? 1 : 0;
            });
        }
        assertThat(fields[1] * 100 / fields[0]).isGreaterThanOrEqualTo(97);
    }

    @Test
    void haveHashesThatChangeWithTheirContentOnly() {
        GroupVersion apps = new GroupVersion("apps", "v1");
        GroupVersion custom = new GroupVersion("example.com", "v1");
        List<ResourceType> more = new ArrayList<>(Catalog.served(RELEASE));
        more.add(widget("{\"type\":\"object\"}"));
        OpenApiDocuments first = new OpenApiDocuments(more, RELEASE);
        more.set(more.size() - 1, widget("{\"type\":\"object\",\"properties\":{\"spec\":{\"type\":\"object\"}}}"));
        OpenApiDocuments second = new OpenApiDocuments(more, RELEASE);

        assertThat(first.hash(apps)).isEqualTo(builtIn.hash(apps)).isEqualTo(second.hash(apps));
        assertThat(first.hash(custom)).isNotEqualTo(second.hash(custom));
        assertThat(first.index()
                        .at("/paths/apis~1example.com~1v1/serverRelativeURL")
                        .asText())
                .isEqualTo("/openapi/v3/apis/example.com/v1?hash=" + first.hash(custom));
    }

    @Test
    void theOlderDocumentLeavesOutWhatItsReadersTakeForARefusal() {
        String open = "\"x-kubernetes-preserve-unknown-fields\":true";
        OpenApiDocuments documents = new OpenApiDocuments(
                List.of(widget("{\"type\":\"object\",\"required\":[\"spec\",\"none\"],\"properties\":{"
                        + "\"spec\":{\"type\":\"object\"," + open + ",\"properties\":{\"a\":{\"type\":\"string\"}}},"
                        + "\"none\":{\"type\":\"string\",\"nullable\":true},"
                        + "\"either\":{\"anyOf\":[{\"type\":\"string\"}],\"description\":\"d\"}}}")),
                RELEASE);
        OpenApiDocuments anything =
                new OpenApiDocuments(List.of(widget("{\"type\":\"object\"," + open + "}")), RELEASE);

        ObjectNode widget = (ObjectNode) documents.v2().at("/definitions/com.example.v1.Widget");
        assertThat(widget.path("required")).isEqualTo(Json.parse("[\"spec\"]".getBytes(StandardCharsets.UTF_8)));
        assertThat(widget.at("/properties/spec").properties()).hasSize(1);
        assertThat(widget.at("/properties/none")).isEmpty();
        assertThat(widget.at("/properties/either").properties()).hasSize(1);
        ObjectNode bare = (ObjectNode) anything.v2().at("/definitions/com.example.v1.Widget");
        bare.remove("x-kubernetes-group-version-kind");
        assertThat(bare).isEqualTo(Json.object().put("type", "object"));
        assertThat(documents
                        .v3(new GroupVersion("example.com", "v1"))
                        .at("/components/schemas/com.example.v1.Widget/properties/spec/properties/a"))
                .isNotEmpty();
    }

    @Test
    void describeCustomKinds() {
        OpenApiDocuments documents = new OpenApiDocuments(
                List.of(widget("{\"type\":\"object\",\"properties\":{\"spec\":{\"type\":\"object\"}}}")), RELEASE);
        ObjectNode document = documents.v3(new GroupVersion("example.com", "v1"));
        JsonNode widget = document.at("/components/schemas/com.example.v1.Widget");
        assertThat(widget.at("/properties/metadata/description").asText()).startsWith("Standard object");
        assertThat(widget.at("/properties/metadata/allOf/0/$ref").asText()).endsWith("meta.v1.ObjectMeta");
        assertThat(documents
                        .v2()
                        .at("/definitions/com.example.v1.Widget/properties/metadata/$ref")
                        .asText())
                .isEqualTo("#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");

        assertThat(widget.path("properties").has("spec")).isTrue();
        assertThat(widget.at("/x-kubernetes-group-version-kind/0/kind").asText())
                .isEqualTo("Widget");
        assertThat(dangling(document, "#/components/schemas/", document.at("/components/schemas")))
                .isEmpty();
        assertThat(document.path("paths")
                        .path("/apis/example.com/v1/namespaces/{namespace}/widgets/{name}")
                        .path("patch")
                        .path("requestBody")
                        .path("content")
                        .has("application/strategic-merge-patch+json"))
                .isFalse();
    }

    private static Set<String> dangling(JsonNode document, String prefix, JsonNode schemas) {
        Set<String> missing = new TreeSet<>();
        for (JsonNode reference : document.findValues("$ref")) {
            // A property may be called $ref: those of custom resource definitions.
            if (reference.isTextual() && !schemas.has(reference.asText().substring(prefix.length()))) {
                missing.add(reference.asText());
            }
        }
        return missing;
    }

    private static ResourceType widget(String schema) {
        Strategy strategy = new Strategy() {
            @Override
            public Optional<ObjectNode> openApiSchema(String version) {
                return Optional.of(Json.parseObject(schema.getBytes(StandardCharsets.UTF_8)));
            }
        };
        TablePrinter printer = new TablePrinter() {
            @Override
            public List<Column> columns() {
                return List.of();
            }

            @Override
            public List<Object> cells(ObjectNode object, Instant now) {
                return List.of();
            }
        };
        return new ResourceType(
                new GroupResource("example.com", "widgets"),
                "Widget",
                "WidgetList",
                "widget",
                List.of(),
                List.of(),
                true,
                List.of("v1"),
                "v1",
                List.of("get", "list", "patch"),
                List.of(),
                strategy,
                Set.of(),
                printer);
    }
}
