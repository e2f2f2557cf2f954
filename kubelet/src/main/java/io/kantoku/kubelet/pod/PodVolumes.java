package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Quantity;
import io.kantoku.client.Amounts;
import io.kantoku.kubelet.volume.AtomicFiles;
import io.kantoku.kubelet.volume.Confined;
import io.kantoku.kubelet.volume.GroupOwnership;
import io.kantoku.kubelet.volume.VolumeFile;
import io.kantoku.lab.FileTrees;
import io.kantoku.lab.TemporaryFileSystem;
import io.kantoku.transport.TransportException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/** Prepares the volumes of one pod, and keeps what is in them up to date. Owned by the pod's worker. */
final class PodVolumes {
    private static final int DEFAULT_MODE = 0644;
    private static final int TOKEN_MODE = 0600;

    private final PodDirectory directory;
    private final References references;
    private final TokenSource tokens;
    private final PersistentVolumes persistent;

    PodVolumes(PodDirectory directory, References references, TokenSource tokens, PersistentVolumes persistent) {
        this.directory = directory;
        this.references = references;
        this.tokens = tokens;
        this.persistent = persistent;
    }

    /**
     * Makes every volume of the pod have what it shall have now.
     *
     * @return where each is, by name
     * @throws VolumeException when one cannot be made
     * @throws AttachmentException when one is not attached to the node yet
     */
    Map<String, Path> prepare(KubeObject pod, PodFields fields, Instant now) {
        Map<String, Path> paths = new LinkedHashMap<>();
        for (JsonNode volume : pod.at("spec", "volumes")) {
            String name = volume.path("name").asText();
            try {
                paths.put(name, prepare(pod, volume, name, fields, now));
            } catch (IOException | ConfigurationException | ApiException | TransportException e) {
                throw new VolumeException(name, String.valueOf(e.getMessage()), e);
            }
        }
        return paths;
    }

    /** Whether what is in its volumes can change while the pod runs. */
    static boolean changing(KubeObject pod) {
        for (JsonNode volume : pod.at("spec", "volumes")) {
            if (volume.has("configMap")
                    || volume.has("secret")
                    || volume.has("projected")
                    || volume.has("downwardAPI")) {
                return true;
            }
        }
        return false;
    }

    private Path prepare(KubeObject pod, JsonNode volume, String name, PodFields fields, Instant now)
            throws IOException {
        if (volume.has("emptyDir")) {
            return emptyDir(pod, volume.path("emptyDir"), name, fields.allocatable());
        }
        if (volume.has("hostPath")) {
            return hostPath(volume.path("hostPath"));
        }
        String claim = PersistentVolumes.claim(pod, volume);
        if (!claim.isEmpty()) {
            return persistent(pod, name, persistent.volume(pod, claim));
        }
        for (String kind : new String[] {"configMap", "secret", "projected", "downwardAPI"}) {
            if (volume.has(kind)) {
                Path path = directory.volume(upstreamName(kind), name);
                JsonNode source = volume.path(kind);
                AtomicFiles.write(path, files(pod, kind, source, fields, now), group(pod));
                return path;
            }
        }
        throw new IOException(
                "volumes of this kind are not supported on this node: " + kinds(volume)
                        + "; supported are emptyDir, configMap, secret, projected, downwardAPI, hostPath and persistentVolumeClaim");
    }

    private static String upstreamName(String kind) {
        return switch (kind) {
            case "configMap" -> "configmap";
            case "downwardAPI" -> "downward-api";
            default -> kind;
        };
    }

    private static String kinds(JsonNode volume) {
        StringBuilder kinds = new StringBuilder();
        volume.fieldNames().forEachRemaining(field -> kinds.append(field.equals("name") ? "" : field));
        return kinds.toString();
    }

    private static long group(KubeObject pod) {
        return pod.at("spec", "securityContext", "fsGroup").asLong(-1);
    }

    private Path emptyDir(KubeObject pod, JsonNode source, String name, Amounts allocatable) throws IOException {
        Path path = directory.volume("empty-dir", name);
        if (Files.exists(path)) {
            return path;
        }
        Files.createDirectories(path);
        if (source.path("medium").asText().equals("Memory")) {
            TemporaryFileSystem.mount(path, memorySize(pod, source, allocatable));
        }
        AtomicFiles.setMode(path, 0777);
        long group = group(pod);
        if (group >= 0) {
            Files.setAttribute(path, "unix:gid", (int) group);
            Files.setAttribute(path, "unix:mode", 0042777);
        }
        return path;
    }

    /** How large a volume of memory may grow, in bytes: as it says, and never over what the pod or the node has. */
    static long memorySize(KubeObject pod, JsonNode source, Amounts allocatable) {
        String own = source.path("sizeLimit").asText();
        return LongStream.of(
                        own.isEmpty() ? 0 : Quantity.parse(own).toLong(),
                        PodLimits.of(pod).memoryLimit(),
                        allocatable.get("memory"))
                .filter(limit -> limit > 0)
                .min()
                .orElse(0);
    }

    /** The link to a claim's volume in the pod's directory says that the volume has been given to the pod's group. */
    private Path persistent(KubeObject pod, String name, KubeObject volume) throws IOException {
        JsonNode spec = volume.at("spec");
        if (spec.has("hostPath")) {
            return hostPath(spec.path("hostPath"));
        }
        if (!spec.has("csi")) {
            throw new IOException("PersistentVolumes of this kind are not supported on this node: " + volume.name()
                    + "; supported are csi and hostPath");
        }
        Path disk = persistent.disk(volume).orElseThrow(() -> new AttachmentException(name));
        Path link = directory.volume("csi", volume.name()).resolve("mount");
        if (!Files.isSymbolicLink(link) || !link.toRealPath().equals(disk)) {
            long group = group(pod);
            if (group >= 0 && !spec.path("csi").path("readOnly").asBoolean()) {
                GroupOwnership.give(
                        disk,
                        (int) group,
                        pod.text("spec", "securityContext", "fsGroupChangePolicy")
                                .equals("OnRootMismatch"));
            }
            Files.createDirectories(link.getParent());
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, disk);
        }
        return disk;
    }

    /** A path of the machine's own disk, never of the computer that carries it. */
    private Path hostPath(JsonNode source) throws IOException {
        Path disk = directory.layout().disk();
        Files.createDirectories(disk);
        String wanted = source.path("path").asText();
        Path path = Confined.path(disk, wanted)
                .orElseThrow(() -> new IOException("hostPath \"" + wanted + "\" leads out of the machine's disk"));
        String type = source.path("type").asText();
        boolean exists = Files.exists(path, LinkOption.NOFOLLOW_LINKS);
        switch (type) {
            case "", "DirectoryOrCreate" -> {
                if (!exists) {
                    Files.createDirectories(path);
                    AtomicFiles.setMode(path, 0755);
                }
            }
            case "FileOrCreate" -> {
                if (!exists) {
                    Files.createDirectories(path.getParent());
                    Files.createFile(path);
                    AtomicFiles.setMode(path, DEFAULT_MODE);
                }
            }
            case "Directory" -> check(Files.isDirectory(path), wanted, "a directory");
            case "File" -> check(Files.isRegularFile(path), wanted, "a file");
            default ->
                throw new IOException("hostPath type check failed: " + wanted + " is not a " + type
                        + ": the machine's disk has no sockets and devices");
        }
        return path;
    }

    private static void check(boolean right, String path, String what) throws IOException {
        if (!right) {
            throw new IOException("hostPath type check failed: " + path + " is not " + what);
        }
    }

    private Map<String, VolumeFile> files(KubeObject pod, String kind, JsonNode source, PodFields fields, Instant now)
            throws IOException {
        int mode = source.path("defaultMode").asInt(DEFAULT_MODE);
        return switch (kind) {
            case "configMap" -> configMap(source, mode);
            case "secret" -> secret(source, source.path("secretName").asText(), mode);
            case "downwardAPI" -> downward(source, fields, mode);
            default -> projected(pod, source, fields, mode, now);
        };
    }

    private Map<String, VolumeFile> configMap(JsonNode source, int mode) throws IOException {
        String name = source.path("name").asText();
        Optional<Map<String, byte[]>> data =
                references.configMapFiles(name, source.path("optional").asBoolean());
        return items(data.orElse(Map.of()), source, mode, "configmap", name);
    }

    private Map<String, VolumeFile> secret(JsonNode source, String name, int mode) throws IOException {
        Optional<Map<String, byte[]>> data =
                references.secretFiles(name, source.path("optional").asBoolean());
        return items(data.orElse(Map.of()), source, mode, "secret", name);
    }

    private static Map<String, VolumeFile> items(
            Map<String, byte[]> data, JsonNode source, int mode, String kind, String name) throws IOException {
        Map<String, VolumeFile> files = new LinkedHashMap<>();
        if (source.path("items").isEmpty()) {
            data.forEach((key, content) -> files.put(key, new VolumeFile(content, mode)));
            return files;
        }
        for (JsonNode item : source.path("items")) {
            byte[] content = data.get(item.path("key").asText());
            if (content == null) {
                if (source.path("optional").asBoolean()) {
                    continue;
                }
                throw new IOException(kind + " \"" + name + "\" references non-existent key: "
                        + item.path("key").asText());
            }
            files.put(
                    item.path("path").asText(),
                    new VolumeFile(content, item.path("mode").asInt(mode)));
        }
        return files;
    }

    private static Map<String, VolumeFile> downward(JsonNode source, PodFields fields, int mode) {
        Map<String, VolumeFile> files = new LinkedHashMap<>();
        for (JsonNode item : source.path("items")) {
            String value = item.has("fieldRef")
                    ? fields.field(item.path("fieldRef").path("fieldPath").asText())
                    : fields.resource(item.path("resourceFieldRef"), "");
            files.put(
                    item.path("path").asText(),
                    new VolumeFile(
                            value.getBytes(StandardCharsets.UTF_8),
                            item.path("mode").asInt(mode)));
        }
        return files;
    }

    private Map<String, VolumeFile> projected(KubeObject pod, JsonNode source, PodFields fields, int mode, Instant now)
            throws IOException {
        Map<String, VolumeFile> files = new LinkedHashMap<>();
        for (JsonNode part : source.path("sources")) {
            if (part.has("configMap")) {
                files.putAll(configMap(part.path("configMap"), mode));
            } else if (part.has("secret")) {
                files.putAll(secret(
                        part.path("secret"), part.path("secret").path("name").asText(), mode));
            } else if (part.has("downwardAPI")) {
                files.putAll(downward(part.path("downwardAPI"), fields, mode));
            } else if (part.has("serviceAccountToken")) {
                JsonNode token = part.path("serviceAccountToken");
                byte[] content = tokens.token(pod, token, now).getBytes(StandardCharsets.UTF_8);
                files.put(token.path("path").asText(), tokenFile(pod, content, mode));
            } else {
                throw new IOException("this source of a projected volume is not supported on this node: " + part);
            }
        }
        return files;
    }

    /** A token is its user's alone where that is known, and its group's, whatever the mode of the volume says. */
    static VolumeFile tokenFile(KubeObject pod, byte[] content, int mode) {
        long user = commonUser(pod);
        return new VolumeFile(content, user >= 0 || group(pod) >= 0 ? TOKEN_MODE : mode, user);
    }

    /** The user that all containers of the pod run as; -1 when that is not said of all, or not one. */
    private static long commonUser(KubeObject pod) {
        long ofPod = pod.at("spec", "securityContext", "runAsUser").asLong(-1);
        Set<Long> users = new HashSet<>();
        for (PodContainer container : PodContainer.all(pod)) {
            users.add(container.json().path("securityContext").path("runAsUser").asLong(ofPod));
        }
        return users.size() == 1 ? users.iterator().next() : -1;
    }

    /** Removes all that the pod had on the node. */
    void remove() throws IOException {
        TemporaryFileSystem.unmountBelow(directory.root());
        FileTrees.remove(directory.root());
    }
}
