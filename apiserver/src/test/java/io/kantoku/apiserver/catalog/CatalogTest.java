package io.kantoku.apiserver.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.schema.BuiltinTypes;
import io.kantoku.apiserver.StandardCatalog;
import io.kantoku.apiserver.catalog.openapi.BuiltInSchemas;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.Subresource;
import io.kantoku.apiserver.registry.TablePrinter;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The catalog as a whole is consistent. */
final class CatalogTest {
    @Test
    void namesEachResourceOnce() {
        assertThat(Catalog.served("v1.32.0").stream().map(ResourceType::name)).doesNotHaveDuplicates();
        assertThat(Catalog.builtIn()).hasSizeGreaterThan(50);
    }

    @Test
    void storesEachKindInTheVersionItPrefers() {
        for (ResourceType type : Catalog.served(KubernetesRelease.newest().gitVersion())) {
            if (type.versions().isEmpty()) {
                continue; // a kind of old releases
            }
            assertThat(type.versions()).as(type.name().toString()).startsWith(type.storageVersion());
            assertThat(Catalog.groups()).contains(type.name().group());
            assertThat(type.verbs()).isSorted().isNotEmpty();
        }
    }

    @Test
    void knowsTheSchemaOfEveryKindInEveryVersion() {
        for (ResourceType type : Catalog.served("v1.32.0")) {
            if (type.versions().isEmpty()) {
                continue; // a kind of old releases
            }
            for (String version : type.versions()) {
                assertThat(BuiltInSchemas.get().schemaName(type.kindIn(version)))
                        .as(type.name() + " " + version)
                        .isPresent();
            }
            for (Subresource subresource : type.subresources()) {
                if (!subresource.kind().kind().endsWith("Options")) {
                    assertThat(BuiltInSchemas.get().schemaName(subresource.kind()))
                            .as(type.name() + "/" + subresource.name())
                            .isPresent();
                }
            }
        }
    }

    @Test
    void givesNoShortNameTwiceExceptToKindsThatShareACollection() {
        Set<String> taken = new HashSet<>();
        for (ResourceType type : Catalog.builtIn()) {
            if (type.collection().equals(type.name())) {
                for (String name : type.shortNames()) {
                    assertThat(taken.add(name)).as(name).isTrue();
                }
            }
        }
        assertThat(taken)
                .contains("po", "svc", "deploy", "ns", "no", "cm", "pvc", "pv", "sc", "hpa", "pdb", "netpol", "crd");
    }

    @Test
    void putsWorkloadsIntoTheCategoryAll() {
        assertThat(Catalog.builtIn().stream()
                        .filter(type -> type.categories().contains("all"))
                        .map(type -> type.name().resource()))
                .containsExactlyInAnyOrder(
                        "pods",
                        "replicationcontrollers",
                        "services",
                        "daemonsets",
                        "deployments",
                        "replicasets",
                        "statefulsets",
                        "horizontalpodautoscalers",
                        "cronjobs",
                        "jobs");
    }

    @Test
    void everyPrinterFillsEveryColumnOfAnEmptyObject() {
        for (ResourceType type : Catalog.builtIn()) {
            List<TablePrinter.Column> columns = type.printer().columns();
            ObjectNode empty = Json.object();
            assertThat(type.printer().cells(empty, CatalogFixture.NOW))
                    .as(type.name().toString())
                    .hasSameSizeAs(columns)
                    .doesNotContainNull();
        }
    }

    @Test
    void everyStrategyBearsAnEmptyObjectAndOneOfWrongTypes() {
        for (ResourceType type : Catalog.builtIn()) {
            for (String text :
                    List.of("{}", "{\"spec\":1,\"status\":[]}", "{\"spec\":{\"template\":[]},\"metadata\":{}}")) {
                ObjectNode object = (ObjectNode) Json.parse(text.getBytes(StandardCharsets.UTF_8));
                type.strategy().applyDefaults(object);
                type.strategy().prepareForCreate(object);
                type.strategy().validate(object);
                type.strategy().validateUpdate(object, object.deepCopy());
                type.strategy().warnings(object);
            }
        }
    }

    @Test
    void defaultsAreStable() {
        for (ResourceType type : Catalog.builtIn()) {
            ObjectNode object = Json.object();
            object.putObject("metadata").put("name", "x");
            type.strategy().applyDefaults(object);
            ObjectNode once = object.deepCopy();
            type.strategy().applyDefaults(object);
            assertThat(object).as(type.name().toString()).isEqualTo(once);
        }
    }

    @Test
    void strategicMergePatchKnowsEveryKindThatCanBePatched() {
        for (String release : List.of("v1.18.2", KubernetesRelease.newest().gitVersion())) {
            assertThat(StandardCatalog.types(release).stream()
                            .filter(type -> type.verbs().contains("patch"))
                            .flatMap(type -> type.versions().stream().map(type::kindIn)))
                    .allMatch(kind -> BuiltinTypes.patchSchema(kind).isPresent());
        }
    }

    @Test
    void answersReviewsWithoutStoringThem() {
        assertThat(Catalog.questions())
                .contains(new GroupResource("authorization.k8s.io", "selfsubjectaccessreviews"))
                .hasSize(Catalog.reviews().size());
        assertThat(Catalog.served("v1.18.2"))
                .hasSize(Catalog.builtIn().size() + Catalog.reviews().size());
    }
}
