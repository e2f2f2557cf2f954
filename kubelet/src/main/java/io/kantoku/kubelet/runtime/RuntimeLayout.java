package io.kantoku.kubelet.runtime;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Where the files of a node's runtime are.
 *
 * @param id names the node on this machine: short and unique among all instances
 * @param directory on the machine's disk; survives its restarts
 * @param run for sockets, whose paths must be short
 */
public record RuntimeLayout(String id, Path directory, Path run) {
    private static final Path RUN = Path.of("/run/kantoku");
    private static final int ID_DIGITS = 12;

    /** The layout of a machine; its disk's path, which no other machine has, gives the id. */
    public static RuntimeLayout of(Path machineDirectory) {
        String path = machineDirectory.toAbsolutePath().normalize().toString();
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(path.getBytes(StandardCharsets.UTF_8));
            String id = HexFormat.of().formatHex(digest).substring(0, ID_DIGITS);
            return new RuntimeLayout(id, Path.of(path, "node"), RUN.resolve(id));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** What the process is to the ledger. */
    public String role() {
        return "containerd-" + id;
    }

    /** containerd's data: images, snapshots, what it knows of containers. */
    Path root() {
        return directory.resolve("containerd");
    }

    /** What goes when the machine is switched off. */
    Path state() {
        return directory.resolve("state");
    }

    /** A directory per pod, by uid: its volumes and files. */
    public Path pods() {
        return directory.resolve("pods");
    }

    /** The logs of all containers, in the order of kubelets: {@code namespace_pod_uid/container/attempt.log}. */
    public Path logs() {
        return directory.resolve("logs");
    }

    /** What {@code hostPath} volumes see as the root of the machine's disk. */
    public Path disk() {
        return directory.resolve("disk");
    }

    /** The disks that are attached to the machine: a link each, named by the disk's id. */
    public Path attachedDisks() {
        return directory.resolveSibling("attached");
    }

    /** A file per network namespace of a pod, named as it. */
    public Path namespaces() {
        return directory.resolve("namespaces");
    }

    Path socket() {
        return run.resolve("containerd.sock");
    }

    Path cniSocket() {
        return run.resolve("cni.sock");
    }

    Path cniPrograms() {
        return directory.resolve("cni/bin");
    }

    Path cniConfiguration() {
        return directory.resolve("cni/net.d");
    }

    Path configuration() {
        return directory.resolve("config.toml");
    }

    Path log() {
        return directory.resolve("containerd.log");
    }

    /** The control group of the node with everything in it. */
    public String controlGroup() {
        return "/kantoku/" + id;
    }

    /** The control group of containerd and its shims. */
    String runtimeGroup() {
        return controlGroup() + "/runtime";
    }

    /** The control group above those of pods. */
    public String podsGroup() {
        return controlGroup() + "/kubepods";
    }
}
