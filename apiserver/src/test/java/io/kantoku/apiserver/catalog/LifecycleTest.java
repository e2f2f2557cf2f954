package io.kantoku.apiserver.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apiserver.registry.ResourceType;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What each release serves, against the published lists: {@code kubectl api-versions} of a new cluster of that release. */
class LifecycleTest {
    /** Versions that every release from 1.18 on serves. */
    private static final String ALWAYS =
            "v1 admissionregistration.k8s.io/v1 apiextensions.k8s.io/v1 apiregistration.k8s.io/v1"
                    + " apps/v1 authentication.k8s.io/v1 authorization.k8s.io/v1 autoscaling/v1 batch/v1 coordination.k8s.io/v1"
                    + " networking.k8s.io/v1 rbac.authorization.k8s.io/v1 scheduling.k8s.io/v1 storage.k8s.io/v1";

    private static final String BETAS_UNTIL_1_22 = "admissionregistration.k8s.io/v1beta1 apiextensions.k8s.io/v1beta1"
            + " apiregistration.k8s.io/v1beta1 authentication.k8s.io/v1beta1 authorization.k8s.io/v1beta1"
            + " certificates.k8s.io/v1beta1 coordination.k8s.io/v1beta1 extensions/v1beta1 networking.k8s.io/v1beta1"
            + " rbac.authorization.k8s.io/v1beta1 scheduling.k8s.io/v1beta1 storage.k8s.io/v1beta1";

    private static final String BETAS_UNTIL_1_25 =
            "autoscaling/v2beta1 autoscaling/v2beta2 batch/v1beta1 discovery.k8s.io/v1beta1"
                    + " events.k8s.io/v1beta1 node.k8s.io/v1beta1 policy/v1beta1";

    private static final String SINCE_1_19 = "certificates.k8s.io/v1 events.k8s.io/v1";
    private static final String SINCE_1_21 = "discovery.k8s.io/v1 node.k8s.io/v1 policy/v1";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "18 | " + ALWAYS + " " + BETAS_UNTIL_1_22 + " " + BETAS_UNTIL_1_25,
                "20 | " + ALWAYS + " " + BETAS_UNTIL_1_22 + " " + BETAS_UNTIL_1_25 + " " + SINCE_1_19
                        + " node.k8s.io/v1 flowcontrol.apiserver.k8s.io/v1beta1",
                "22 | " + ALWAYS + " " + BETAS_UNTIL_1_25 + " " + SINCE_1_19 + " " + SINCE_1_21
                        + " flowcontrol.apiserver.k8s.io/v1beta1 storage.k8s.io/v1beta1",
                "25 | " + ALWAYS + " " + SINCE_1_19 + " " + SINCE_1_21 + " autoscaling/v2 autoscaling/v2beta2"
                        + " flowcontrol.apiserver.k8s.io/v1beta1 flowcontrol.apiserver.k8s.io/v1beta2 storage.k8s.io/v1beta1",
                "29 | " + ALWAYS + " " + SINCE_1_19 + " " + SINCE_1_21 + " autoscaling/v2"
                        + " flowcontrol.apiserver.k8s.io/v1 flowcontrol.apiserver.k8s.io/v1beta3",
                "32 | " + ALWAYS + " " + SINCE_1_19 + " " + SINCE_1_21
                        + " autoscaling/v2 flowcontrol.apiserver.k8s.io/v1",
                "34 | " + ALWAYS + " " + SINCE_1_19 + " " + SINCE_1_21
                        + " autoscaling/v2 flowcontrol.apiserver.k8s.io/v1 resource.k8s.io/v1",
                "36 | " + ALWAYS + " " + SINCE_1_19 + " " + SINCE_1_21
                        + " autoscaling/v2 flowcontrol.apiserver.k8s.io/v1 resource.k8s.io/v1",
            })
    void servesTheGroupVersionsOfTheRelease(int minor, String expected) {
        TreeSet<String> served = Catalog.served("v1." + minor + ".0").stream()
                .flatMap(type -> type.versions().stream()
                        .map(version -> type.kindIn(version).groupVersion().toString()))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(served).containsExactlyInAnyOrder(expected.split(" "));
    }

    /**
     * The first and the last minor that serves a group version without being asked for it: from the deprecation guide and the {@code
     * zz_generated.prerelease-lifecycle.go} files of the API types. What 1.18 serves begins with it here.
     */
    private static final String PUBLISHED = """
            admissionregistration.k8s.io/v1beta1 18 21
            apiextensions.k8s.io/v1beta1 18 21
            apiregistration.k8s.io/v1beta1 18 21
            authentication.k8s.io/v1beta1 18 21
            authorization.k8s.io/v1beta1 18 21
            autoscaling/v2 23 99
            autoscaling/v2beta1 18 24
            autoscaling/v2beta2 18 25
            batch/v1beta1 18 24
            certificates.k8s.io/v1 19 99
            certificates.k8s.io/v1beta1 18 21
            coordination.k8s.io/v1beta1 18 21
            discovery.k8s.io/v1 21 99
            discovery.k8s.io/v1beta1 18 24
            events.k8s.io/v1 19 99
            events.k8s.io/v1beta1 18 24
            extensions/v1beta1 18 21
            flowcontrol.apiserver.k8s.io/v1 29 99
            flowcontrol.apiserver.k8s.io/v1beta1 20 25
            flowcontrol.apiserver.k8s.io/v1beta2 23 28
            flowcontrol.apiserver.k8s.io/v1beta3 26 31
            networking.k8s.io/v1beta1 18 21
            node.k8s.io/v1 20 99
            node.k8s.io/v1beta1 18 24
            policy/v1 21 99
            policy/v1beta1 18 24
            rbac.authorization.k8s.io/v1beta1 18 21
            resource.k8s.io/v1 34 99
            scheduling.k8s.io/v1beta1 18 21
            storage.k8s.io/v1beta1 18 26
            """;

    @ParameterizedTest
    @MethodSource("minors")
    void everyMinorServesWhatWasPublished(int minor) {
        TreeSet<String> expected = new TreeSet<>(List.of(ALWAYS.split(" ")));
        PUBLISHED.lines().map(line -> line.split(" ")).forEach(fact -> {
            if (Integer.parseInt(fact[1]) <= minor && minor <= Integer.parseInt(fact[2])) {
                expected.add(fact[0]);
            }
        });
        TreeSet<String> served = Catalog.served("v1." + minor + ".0").stream()
                .flatMap(type -> type.versions().stream()
                        .map(version -> type.kindIn(version).groupVersion().toString()))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(served).isEqualTo(expected);
    }

    static IntStream minors() {
        return IntStream.rangeClosed(KubernetesRelease.OLDEST_MINOR, KubernetesRelease.NEWEST_MINOR);
    }

    /** Resources of each release that stopped serving a version of them (Deprecated API Migration Guide). */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "22 | v1beta1 | admissionregistration.k8s.io/mutatingwebhookconfigurations admissionregistration.k8s.io/validatingwebhookconfigurations",
                "22 | v1beta1 | apiextensions.k8s.io/customresourcedefinitions apiregistration.k8s.io/apiservices authentication.k8s.io/tokenreviews",
                "22 | v1beta1 | authorization.k8s.io/localsubjectaccessreviews authorization.k8s.io/selfsubjectaccessreviews authorization.k8s.io/subjectaccessreviews",
                "22 | v1beta1 | certificates.k8s.io/certificatesigningrequests coordination.k8s.io/leases extensions/ingresses networking.k8s.io/ingresses networking.k8s.io/ingressclasses",
                "22 | v1beta1 | rbac.authorization.k8s.io/clusterroles rbac.authorization.k8s.io/clusterrolebindings rbac.authorization.k8s.io/roles rbac.authorization.k8s.io/rolebindings",
                "22 | v1beta1 | scheduling.k8s.io/priorityclasses storage.k8s.io/csidrivers storage.k8s.io/csinodes storage.k8s.io/storageclasses storage.k8s.io/volumeattachments",
                "25 | v1beta1 | batch/cronjobs discovery.k8s.io/endpointslices events.k8s.io/events policy/poddisruptionbudgets policy/podsecuritypolicies node.k8s.io/runtimeclasses",
                "25 | v2beta1 | autoscaling/horizontalpodautoscalers",
                "26 | v2beta2 | autoscaling/horizontalpodautoscalers",
                "26 | v1beta1 | flowcontrol.apiserver.k8s.io/flowschemas flowcontrol.apiserver.k8s.io/prioritylevelconfigurations",
                "27 | v1beta1 | storage.k8s.io/csistoragecapacities",
                "29 | v1beta2 | flowcontrol.apiserver.k8s.io/flowschemas flowcontrol.apiserver.k8s.io/prioritylevelconfigurations",
                "32 | v1beta3 | flowcontrol.apiserver.k8s.io/flowschemas flowcontrol.apiserver.k8s.io/prioritylevelconfigurations",
            })
    void stopsServingWhatTheMigrationGuideSays(int minor, String version, String resources) {
        for (String resource : resources.split(" ")) {
            assertThat(type(resource, minor - 1).versions()).as(resource).contains(version);
            assertThat(type(resource, minor).versions()).as(resource).doesNotContain(version);
            assertThat(Catalog.removal(type(resource, minor), version))
                    .as(resource)
                    .contains("1." + minor);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "networking.k8s.io/ingresses, 18, v1beta1",
        "networking.k8s.io/ingresses, 19, v1 v1beta1",
        "networking.k8s.io/ingresses, 22, v1",
        "networking.k8s.io/networkpolicies, 18, v1",
        "batch/cronjobs, 20, v1beta1",
        "batch/cronjobs, 21, v1 v1beta1",
        "batch/cronjobs, 25, v1",
        "batch/jobs, 18, v1",
        "policy/podsecuritypolicies, 24, v1beta1",
        "policy/podsecuritypolicies, 25, ''",
        "policy/poddisruptionbudgets, 20, v1beta1",
        "autoscaling/horizontalpodautoscalers, 22, v1 v2beta2 v2beta1",
        "autoscaling/horizontalpodautoscalers, 23, v2 v1 v2beta2 v2beta1",
        "autoscaling/horizontalpodautoscalers, 26, v2 v1",
        "storage.k8s.io/csistoragecapacities, 20, ''",
        "storage.k8s.io/csistoragecapacities, 21, v1beta1",
        "storage.k8s.io/csistoragecapacities, 27, v1",
        "discovery.k8s.io/endpointslices, 18, v1beta1",
        "admissionregistration.k8s.io/validatingadmissionpolicies, 29, ''",
        "admissionregistration.k8s.io/validatingadmissionpolicies, 30, v1",
        "authentication.k8s.io/selfsubjectreviews, 27, ''",
        "authentication.k8s.io/selfsubjectreviews, 28, v1",
        "networking.k8s.io/servicecidrs, 33, v1",
    })
    void servesTheVersionsOfAResource(String resource, int minor, String expected) {
        assertThat(String.join(" ", type(resource, minor).versions())).isEqualTo(expected);
    }

    @Test
    void everyMinorHasOneListAndKeepsEveryKindForTheServersOwnParts() {
        List<Integer> sizes = IntStream.rangeClosed(KubernetesRelease.OLDEST_MINOR, KubernetesRelease.NEWEST_MINOR)
                .mapToObj(minor -> Catalog.served("v1." + minor + ".1").size())
                .distinct()
                .toList();
        assertThat(sizes).hasSize(1);
        assertThat(Catalog.served("v1.29.1")).isSameAs(Catalog.served("v1.29.14+kantoku.1"));
        assertThat(Catalog.served("v1.99.0"))
                .isSameAs(Catalog.served(KubernetesRelease.newest().gitVersion()));
    }

    @Test
    void subresourcesComeWithTheirReleases() {
        assertThat(type("pods", 22).has("ephemeralcontainers")).isFalse();
        assertThat(type("pods", 23).has("ephemeralcontainers")).isTrue();
        assertThat(type("pods", 32).has("resize")).isFalse();
        assertThat(type("pods", 33).has("resize")).isTrue();
    }

    @Test
    void clientsAreWarnedOfVersionsThatWillGo() {
        assertThat(Catalog.deprecation(type("networking.k8s.io/ingresses", 20), "v1beta1", "v1.20.2"))
                .contains("networking.k8s.io/v1beta1 Ingress is deprecated in v1.19+, unavailable in v1.22+; use"
                        + " networking.k8s.io/v1 Ingress");
        assertThat(Catalog.deprecation(type("extensions/ingresses", 21), "v1beta1", "v1.21.1"))
                .contains("extensions/v1beta1 Ingress is deprecated in v1.14+, unavailable in v1.22+; use"
                        + " networking.k8s.io/v1 Ingress");
        assertThat(Catalog.deprecation(type("networking.k8s.io/ingresses", 18), "v1beta1", "v1.18.2"))
                .isEmpty();
        assertThat(Catalog.deprecation(type("policy/podsecuritypolicies", 22), "v1beta1", "v1.22.0"))
                .contains("policy/v1beta1 PodSecurityPolicy is deprecated in v1.21+, unavailable in v1.25+");
        assertThat(Catalog.deprecation(type("endpoints", 33), "v1", "v1.33.1"))
                .contains("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice");
        assertThat(Catalog.deprecation(type("pods", 36), "v1", "v1.36.0")).isEmpty();
    }

    private static ResourceType type(String resource, int minor) {
        String[] parts = resource.split("/");
        String group = parts.length == 2 ? parts[0] : "";
        return Catalog.served("v1." + minor + ".0").stream()
                .filter(type -> type.name().group().equals(group)
                        && type.name().resource().equals(parts[parts.length - 1]))
                .findFirst()
                .orElseThrow();
    }
}
