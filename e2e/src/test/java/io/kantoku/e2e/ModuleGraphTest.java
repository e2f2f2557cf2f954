package io.kantoku.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Holds the module graph: a module uses only what is below it, and each knows nothing of what it should not know. */
final class ModuleGraphTest {
    /** From the bottom to the top, as in the root POM. */
    private static final List<String> MODULES = List.of(
            "apimachinery",
            "store",
            "lab",
            "transport",
            "client",
            "apiserver",
            "controllers",
            "network",
            "kubelet",
            "testkit",
            "loadbalancer",
            "vsphere",
            "tkg",
            "supervisor",
            "console",
            "cli");

    private static JavaClasses product;

    @BeforeAll
    static void read() {
        product = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("-tests.jar")) // tests that other modules' tests use
                .importPackages("io.kantoku");
    }

    private static String[] packages(String... modules) {
        return List.of(modules).stream()
                .map(module -> "io.kantoku." + module + "..")
                .toArray(String[]::new);
    }

    @Test
    void everyModuleIsInTheGraph() {
        assertThat(product.stream()
                        .map(type -> type.getPackageName().split("\\.")[2])
                        .distinct())
                .containsAll(MODULES)
                .isSubsetOf(Stream.concat(MODULES.stream(), Stream.of("e2e")).toList());
    }

    @TestFactory
    List<DynamicTest> usesOnlyModulesBelow() {
        return MODULES.stream()
                .map(module -> DynamicTest.dynamicTest(module, () -> {
                    String[] above = MODULES.subList(MODULES.indexOf(module) + 1, MODULES.size())
                            .toArray(String[]::new);
                    if (above.length > 0) {
                        noClasses()
                                .that()
                                .resideInAPackage("io.kantoku." + module + "..")
                                .should()
                                .dependOnClassesThat()
                                .resideInAnyPackage(packages(above))
                                .allowEmptyShould(true)
                                .check(product);
                    }
                }))
                .toList();
    }

    @Test
    void operatorsUseNoApiServerButClients() {
        isolated("tkg", "apiserver", "controllers", "store");
        isolated("supervisor", "apiserver", "controllers", "store", "tkg");
    }

    @Test
    void theKubernetesDistributionHasNeverHeardOfVsphere() {
        for (String module : List.of(
                "apimachinery", "store", "client", "apiserver", "controllers", "network", "kubelet", "testkit")) {
            isolated(module, "vsphere", "loadbalancer", "tkg", "supervisor");
        }
    }

    @Test
    void theLoadBalancerKnowsNeitherKubernetesNorVsphere() {
        isolated("loadbalancer", "apimachinery", "client", "apiserver", "controllers", "kubelet", "vsphere", "store");
    }

    @Test
    void theInventoryKnowsNoKubernetes() {
        isolated("vsphere", "apimachinery", "client", "apiserver", "controllers", "kubelet", "loadbalancer", "store");
    }

    @Test
    void controllersAndNodesReachTheApiServerOnlyThroughClients() {
        isolated("controllers", "apiserver", "store");
        isolated("kubelet", "apiserver", "store", "controllers");
        isolated("network", "apiserver", "store", "controllers");
    }

    @Test
    void onlyTheCompositionRootAndItsCommandsKnowTheWholeProduct() {
        DescribedPredicate<JavaClass> engine = DescribedPredicate.describe(
                "the API server's engine", type -> type.getFullName().equals("io.kantoku.apiserver.ApiServer"));
        classes()
                .that(engine)
                .should()
                .onlyHaveDependentClassesThat()
                .resideInAnyPackage(
                        "io.kantoku.apiserver..", "io.kantoku.cli.instance..", "io.kantoku.testkit.server..")
                .check(product);
    }

    /** Decision 0009: what answers requests has no way to commands of the system. */
    @Test
    void whatTenantsReachStartsNoProcesses() {
        DescribedPredicate<JavaClass> effects = DescribedPredicate.describe(
                "processes or effects of the module lab, but for files",
                type -> type.getFullName().equals("java.lang.ProcessBuilder")
                        || type.getFullName().equals("java.lang.Runtime")
                        || type.getPackageName().startsWith("io.kantoku.lab")
                                && !List.of("NetworkStack", "NetworkNamespace", "FileTrees")
                                        .contains(type.getSimpleName()));
        noClasses()
                .that()
                .resideInAnyPackage(packages(
                        "apimachinery", "store", "client", "apiserver", "controllers", "vsphere", "tkg", "supervisor"))
                .should()
                .dependOnClassesThat(effects)
                .check(product);
    }

    @Test
    void thePluginStandsAlone() {
        noClasses()
                .that()
                .resideInAPackage("io.kantoku.cli.plugin..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.kantoku.cli.instance..", "io.kantoku.apiserver..", "io.kantoku.tkg..", "io.kantoku.store..")
                .check(product);
    }

    private static void isolated(String module, String... others) {
        noClasses()
                .that()
                .resideInAPackage("io.kantoku." + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages(others))
                .allowEmptyShould(true)
                .check(product);
    }
}
