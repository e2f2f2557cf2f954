package io.kantoku.kubelet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.kubelet.cri.Container;
import io.kantoku.kubelet.cri.ContainerSpec;
import io.kantoku.kubelet.cri.CriRuntime;
import io.kantoku.kubelet.cri.GrpcClient;
import io.kantoku.kubelet.cri.SandboxSpec;
import io.kantoku.kubelet.image.ImageStore;
import io.kantoku.kubelet.image.OciImage;
import io.kantoku.kubelet.image.PauseImage;
import io.kantoku.lab.Cleanup;
import io.kantoku.lab.ControlGroups;
import io.kantoku.lab.Ledger;
import io.kantoku.lab.NetworkNamespace;
import io.kantoku.lab.Processes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real containerd in a network namespace without a way out. */
class ContainerdIT {
    @TempDir
    Path directory;

    private final NetworkNamespace namespace =
            new NetworkNamespace("kt-cd-" + Long.toHexString(System.nanoTime() & 0xFFFFFFL));
    private Ledger ledger;
    private Processes processes;
    private GrpcClient grpc;
    private Containerd containerd;
    private ImageStore images;

    @BeforeEach
    void start() throws Exception {
        run("ip", "netns", "add", namespace.name());
        run("ip", "-n", namespace.name(), "link", "set", "lo", "up");
        ledger = Ledger.open(directory.resolve("ledger"));
        processes = new Processes(ledger, new SplittableRandom());
        grpc = GrpcClient.start();
        images = ImageStore.open(directory.resolve("images"));
        images.put(PauseImage.image());
        images.put(OciImage.ofProgram("box", "/bin/busybox", Files.readAllBytes(Path.of("/bin/busybox"))));
        containerd = create();
        containerd.start();
    }

    private Containerd create() {
        return new Containerd(RuntimeLayout.of(directory.resolve("vm-1")), namespace, processes, ledger, grpc);
    }

    @AfterEach
    void end() throws Exception {
        containerd.end();
        grpc.close();
        ledger.close();
        run("ip", "netns", "delete", namespace.name());
    }

    @Test
    void runsAContainerThatOutlivesItsSupervisorAndLeavesNothing() {
        CriRuntime cri = containerd.cri();
        assertThat(cri.version()).startsWith("containerd://1.");
        for (ImageStore.StoredImage image : images.list()) {
            containerd.importArchive(image.archive(), image.name());
        }
        SandboxSpec sandbox = sandbox(containerd.layout());
        String sandboxId = cri.runSandbox(sandbox);
        String id = cri.createContainer(sandboxId, container("box", List.of("busybox", "sleep", "1000")), sandbox);
        cri.startContainer(id);

        assertThat(cri.container(id).orElseThrow().state()).isEqualTo(Container.State.RUNNING);
        CriRuntime.CommandResult said = cri.exec(id, List.of("/bin/busybox", "echo", "hello"), Duration.ofSeconds(5));
        assertThat(new String(said.stdout(), StandardCharsets.UTF_8)).isEqualTo("hello\n");

        containerd.close();
        containerd = create();
        containerd.start();

        Container again = containerd.cri().container(id).orElseThrow();
        assertThat(again.state()).isEqualTo(Container.State.RUNNING);
        assertThat(ControlGroups.processes(containerd.layout().controlGroup())).hasSizeGreaterThan(3);

        assertThat(Cleanup.run(ledger, Duration.ofSeconds(2)).left()).isEmpty();
        assertThat(ControlGroups.exists(containerd.layout().controlGroup())).isFalse();
        assertThat(containerd.layout().run()).doesNotExist();
    }

    private static SandboxSpec sandbox(RuntimeLayout layout) {
        return new SandboxSpec(
                "p1",
                "uid-1",
                "default",
                0,
                "",
                layout.directory().resolve("logs").toString(),
                new SandboxSpec.Dns(List.of(), List.of(), List.of()),
                List.of(),
                Map.of("a", "b"),
                Map.of(),
                layout.podsGroup() + "/besteffort/poduid-1",
                new SandboxSpec.Namespaces(true, false, false, false, ""),
                Map.of(),
                "");
    }

    private static ContainerSpec container(String image, List<String> arguments) {
        return new ContainerSpec(
                "c1",
                0,
                image,
                List.of(),
                arguments,
                "",
                Map.of("A", "1"),
                List.of(),
                Map.of(),
                Map.of(),
                "c1/0.log",
                false,
                false,
                false,
                new ContainerSpec.Resources(2, 0, 0, 1000),
                new ContainerSpec.Security(
                        new SandboxSpec.Namespaces(true, false, false, false, ""),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        List.of(),
                        false,
                        false,
                        List.of(),
                        List.of(),
                        true,
                        List.of(),
                        List.of()));
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }
}
