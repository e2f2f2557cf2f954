package io.kantoku.apiserver.catalog;

import static io.kantoku.apiserver.catalog.CatalogFixture.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The STATUS of pods, as kubectl's users know it. */
final class PodTableTest {
    private static final String SPEC = """
            metadata: {name: web, creationTimestamp: "2026-11-01T11:50:00Z"}
            spec:
              nodeName: node-1
              containers: [{name: a}, {name: b}]
            """;

    @Test
    void countsReadyContainers() {
        assertThat(row("pods", SPEC + """
                status:
                  phase: Running
                  podIPs: [{ip: 10.0.0.7}]
                  containerStatuses:
                  - {name: a, ready: true, restartCount: 0, state: {running: {}}}
                  - {name: b, ready: false, restartCount: 0, state: {running: {}}}
                """))
                .isEqualTo(List.of("web", "1/2", "Running", "0", "10m", "10.0.0.7", "node-1", "<none>", "<none>"));
    }

    @Test
    void tellsWhyAContainerWaitsAndWhenItRestartedLast() {
        assertThat(row("pods", SPEC + """
                        status:
                          phase: Running
                          containerStatuses:
                          - name: a
                            restartCount: 3
                            state: {waiting: {reason: CrashLoopBackOff}}
                            lastState: {terminated: {finishedAt: "2026-11-01T11:55:00Z"}}
                        """).subList(1, 4)).isEqualTo(List.of("0/2", "CrashLoopBackOff", "3 (5m ago)"));
    }

    @Test
    void countsInitContainersUntilTheyAreDone() {
        assertThat(row("pods", """
                        metadata: {name: web}
                        spec: {containers: [{name: a}], initContainers: [{name: i}, {name: j}]}
                        status:
                          phase: Pending
                          initContainerStatuses:
                          - {name: i, state: {terminated: {exitCode: 0}}}
                          - {name: j, state: {running: {}}}
                        """).get(2)).isEqualTo("Init:1/2");
    }

    @Test
    void showsAFailedInitContainer() {
        assertThat(row("pods", """
                        spec: {containers: [{name: a}], initContainers: [{name: i}]}
                        status:
                          phase: Pending
                          initContainerStatuses: [{name: i, state: {terminated: {exitCode: 2}}}]
                        """).get(2)).isEqualTo("Init:ExitCode:2");
    }

    @Test
    void countsSidecarsAsContainers() {
        assertThat(row("pods", """
                        spec: {containers: [{name: a}], initContainers: [{name: s, restartPolicy: Always}]}
                        status:
                          phase: Running
                          initContainerStatuses: [{name: s, started: true, ready: true, state: {running: {}}}]
                          containerStatuses: [{name: a, ready: true, state: {running: {}}}]
                        """).subList(1, 3)).isEqualTo(List.of("2/2", "Running"));
    }

    @Test
    void isTerminatingWhileItIsBeingDeleted() {
        assertThat(row("pods", """
                        metadata: {name: web, deletionTimestamp: "2026-11-01T12:00:20Z"}
                        spec: {containers: [{name: a}]}
                        status: {phase: Running}
                        """).get(2)).isEqualTo("Terminating");
    }

    @Test
    void isCompletedWhenItsContainersAre() {
        assertThat(row("pods", """
                        spec: {containers: [{name: a}]}
                        status:
                          phase: Succeeded
                          containerStatuses: [{name: a, state: {terminated: {exitCode: 0, reason: Completed}}}]
                        """).get(2)).isEqualTo("Completed");
    }
}
