package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.kubelet.cri.ContainerSpec.Mount;
import io.kantoku.kubelet.volume.Confined;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The mounts of a container: its volumes, {@code /etc/hosts}, and the file for its last words. */
final class ContainerMounts {
    private static final String HOSTS = "/etc/hosts";
    private static final int MODE = 07777;
    private static final String DEFAULT_MESSAGE = "/dev/termination-log";

    private ContainerMounts() {}

    /**
     * The mounts in the order of the specification.
     *
     * @param volumes where each volume of the pod is
     * @throws ConfigurationException when a mount cannot be
     */
    static List<Mount> of(
            KubeObject pod,
            JsonNode container,
            Map<String, Path> volumes,
            Map<String, String> environment,
            Path hosts,
            Path message)
            throws IOException {
        List<Mount> mounts = new ArrayList<>();
        boolean ownHosts = false;
        for (JsonNode mount : container.path("volumeMounts")) {
            String name = mount.path("name").asText();
            Path volume = volumes.get(name);
            if (volume == null) {
                throw ConfigurationException.config("volume " + name + " of the container is not in the pod");
            }
            String where = mount.path("mountPath").asText();
            String path = where.startsWith("/") ? where : "/" + where;
            ownHosts |= path.equals(HOSTS);
            String below = mount.has("subPathExpr")
                    ? Expansion.expand(mount.path("subPathExpr").asText(), known -> value(known, environment))
                    : mount.path("subPath").asText();
            Path source = below.isEmpty() ? volume : inside(volume, below);
            int propagation = mount.path("mountPropagation").asText().equals("HostToContainer") ? 1 : 0;
            boolean readOnly = mount.path("readOnly").asBoolean() || readOnly(pod, name);
            mounts.add(new Mount(path, source.toString(), readOnly, propagation));
        }
        if (!ownHosts) {
            mounts.add(Mount.of(HOSTS, hosts.toString(), false));
        }
        String messagePath = container.path("terminationMessagePath").asText();
        mounts.add(Mount.of(messagePath.isEmpty() ? DEFAULT_MESSAGE : messagePath, message.toString(), false));
        return mounts;
    }

    private static String value(String name, Map<String, String> environment) {
        String value = environment.get(name);
        if (value == null) {
            throw ConfigurationException.config("missing value for \"" + name + "\"");
        }
        return value;
    }

    /** Whether the pod asks for its claim to be mounted so everywhere. */
    private static boolean readOnly(KubeObject pod, String name) {
        for (JsonNode volume : pod.at("spec", "volumes")) {
            if (volume.path("name").asText().equals(name)) {
                return volume.path("persistentVolumeClaim").path("readOnly").asBoolean();
            }
        }
        return false;
    }

    /** A path in a volume, made when it is missing; links in the volume are its users' and must not lead out of it. */
    private static Path inside(Path volume, String below) throws IOException {
        Path path = Confined.path(volume, below)
                .filter(_ -> !Path.of(below).isAbsolute())
                .orElseThrow(() -> ConfigurationException.config("subPath \"" + below + "\" leads out of the volume"));
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            make(volume, path);
            return path;
        }
        return path.toRealPath(); // of configMaps and secrets: the file itself, not the link to it
    }

    /** What is made has the group and the mode of the volume's root, as upstream: whoever may write there may write here. */
    private static void make(Path volume, Path path) throws IOException {
        int mode = (int) Files.getAttribute(volume, "unix:mode") & MODE;
        Object group = Files.getAttribute(volume, "unix:gid");
        Path made = volume;
        for (Path name : volume.relativize(path)) {
            made = made.resolve(name);
            if (!Files.exists(made)) {
                Files.createDirectory(made);
                Files.setAttribute(made, "unix:gid", group);
                Files.setAttribute(made, "unix:mode", mode);
            }
        }
    }
}
