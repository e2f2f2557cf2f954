package io.kantoku.supervisor.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.supervisor.audit.Audit;
import io.kantoku.supervisor.sso.Logins;
import io.kantoku.supervisor.sso.Sessions;
import io.kantoku.supervisor.workload.SupervisorWorld;
import io.kantoku.transport.pki.LeafSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** govmomi's REST client, which govc is made of, finds what it expects. It is built from Debian's sources into {@code target}. */
class GovmomiIT {
    @TempDir
    Path directory;

    @Test
    void govmomiDoesWhatGovcDoes() throws Exception {
        Path binary = Path.of("target/go/govclient").toAbsolutePath();
        assertThat(run(build(binary))).isEmpty();
        try (SupervisorWorld world = new SupervisorWorld(directory).enabled()) {
            assertThat(run(new ProcessBuilder(
                                    binary.toString(),
                                    "https://127.0.0.1:" + serve(world),
                                    "administrator@vsphere.local",
                                    SupervisorWorld.PASSWORD,
                                    SupervisorWorld.CLUSTER))
                            .lines())
                    .satisfiesExactly(
                            line -> assertThat(line).isEqualTo("session administrator@vsphere.local"),
                            line -> assertThat(line).isEqualTo("cluster domain-c8 RUNNING READY"),
                            line -> assertThat(line).isEqualTo("switches 1"),
                            line -> assertThat(line).isEqualTo("edges 0"),
                            line -> assertThat(line)
                                    .matches(
                                            "bundle 200 attachment; filename=wcp-support-bundle-domain-c8-.*\\.tar true"),
                            line -> assertThat(line).isEqualTo("libraries 1 tkg"),
                            line -> assertThat(line).isEqualTo("items true ovf false true 0 true"),
                            line -> assertThat(line).isEqualTo("again true"),
                            line -> assertThat(line).isEqualTo("elsewhere true true"),
                            line -> assertThat(line).isEqualTo("class gov 2 2048"),
                            line -> assertThat(line).isEqualTo("namespace gov domain-c8 RUNNING"),
                            line -> assertThat(line).isEqualTo("info RUNNING 0"),
                            line -> assertThat(line).isEqualTo("missing true"),
                            line -> assertThat(line).isEqualTo("disable <nil>"),
                            line -> assertThat(line).isEqualTo("logged out true"));
        }
    }

    private int serve(SupervisorWorld world) throws IOException {
        SupportBundles bundles = new SupportBundles(
                world.workload, world.inventory, world.clusters, directory.resolve("none.log"), world.clock);
        VcenterApi api = new VcenterApi(
                Logins.local(world.users),
                new Sessions(world.clock),
                Audit.NONE,
                List.of(
                        new ClusterOperations(world.workload, world.inventory),
                        new NamespaceOperations(world.namespaces, world.workload),
                        new VmClassOperations(world.workload.vmClasses(), world.namespaces),
                        new InventoryOperations(world.inventory),
                        bundles));
        return world.listen(
                        "127.0.0.1",
                        0,
                        world.vcenter.issue(LeafSpec.server("vcenter", List.of("127.0.0.1"))),
                        exchange -> {
                            if (SupportBundles.serves(exchange.rawPath())) {
                                bundles.handle(exchange);
                            } else {
                                api.handle(exchange);
                            }
                        })
                .address()
                .getPort();
    }

    private static ProcessBuilder build(Path binary) throws IOException {
        Path cache = Path.of("target/go/cache").toAbsolutePath();
        Files.createDirectories(cache);
        ProcessBuilder builder = new ProcessBuilder("go", "build", "-o", binary.toString(), ".");
        builder.directory(Path.of("src/test/go/govclient").toFile());
        builder.environment().put("GOPATH", "/usr/share/gocode");
        builder.environment().put("GO111MODULE", "off");
        builder.environment().put("GOCACHE", cache.toString());
        builder.environment().put("GOFLAGS", "");
        return builder;
    }

    private static String run(ProcessBuilder builder) throws IOException, InterruptedException {
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
