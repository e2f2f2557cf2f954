package io.kantoku.kubelet.runtime;

import com.fasterxml.jackson.databind.node.TextNode;
import io.kantoku.kubelet.image.PauseImage;
import java.nio.file.Path;

/** Writes containerd's configuration (version 2, containerd 1.5 and newer). Pure. */
final class ContainerdConfig {
    private ContainerdConfig() {}

    /**
     * The file's text.
     *
     * @param snapshotter {@code overlayfs}, or {@code native} where the disk cannot carry it
     */
    static String text(RuntimeLayout layout, String snapshotter) {
        return """
                version = 2
                root = %s
                state = %s
                imports = []
                disabled_plugins = [
                  "io.containerd.snapshotter.v1.aufs",
                  "io.containerd.snapshotter.v1.btrfs",
                  "io.containerd.snapshotter.v1.devmapper",
                  "io.containerd.snapshotter.v1.zfs",
                  "io.containerd.tracing.processor.v1.otlp",
                  "io.containerd.internal.v1.tracing",
                  "io.containerd.internal.v1.opt",
                ]

                [grpc]
                  address = %s

                [ttrpc]
                  address = %s

                [debug]
                  level = "warn"

                [plugins."io.containerd.grpc.v1.cri"]
                  sandbox_image = %s
                  disable_apparmor = true
                  disable_tcp_service = true
                  restrict_oom_score_adj = true
                  stream_server_address = "127.0.0.1"
                  stream_server_port = "0"
                  ignore_image_defined_volumes = false

                  [plugins."io.containerd.grpc.v1.cri".containerd]
                    snapshotter = %s
                    default_runtime_name = "runc"

                    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
                      runtime_type = "io.containerd.runc.v2"

                      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
                        SystemdCgroup = false

                  [plugins."io.containerd.grpc.v1.cri".cni]
                    bin_dir = %s
                    conf_dir = %s
                    max_conf_num = 1

                  [plugins."io.containerd.grpc.v1.cri".registry]
                    config_path = %s
                """.formatted(
                        quoted(layout.root()),
                        quoted(layout.state()),
                        quoted(layout.socket()),
                        quoted(Path.of(layout.socket() + ".ttrpc")),
                        TextNode.valueOf(PauseImage.NAME),
                        TextNode.valueOf(snapshotter),
                        quoted(layout.cniPrograms()),
                        quoted(layout.cniConfiguration()),
                        quoted(layout.directory().resolve("certs.d")));
    }

    /** A TOML basic string has JSON's escapes. */
    private static String quoted(Path path) {
        return TextNode.valueOf(path.toString()).toString();
    }
}
