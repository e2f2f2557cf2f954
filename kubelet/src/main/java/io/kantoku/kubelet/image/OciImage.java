package io.kantoku.kubelet.image;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/**
 * An image of one layer that is written here, without a container engine. The same content gives the same bytes.
 *
 * @param entrypoint the command of its containers
 * @param ports what it says it listens to, such as {@code 8080/tcp}
 * @param user {@code ""} for root
 * @see <a href="https://github.com/opencontainers/image-spec">OCI image specification</a>
 */
public record OciImage(
        String name,
        List<File> files,
        List<String> entrypoint,
        List<String> environment,
        String workingDirectory,
        List<String> ports,
        String user) {
    /** A file of the layer; the directories above it are made. */
    @SuppressWarnings("ArrayRecordComponent") // files are not compared
    public record File(String path, int mode, byte[] content, String linkTarget) {
        public static File executable(String path, byte[] content) {
            return new File(path, 0755, content, "");
        }

        public static File plain(String path, byte[] content) {
            return new File(path, 0644, content, "");
        }

        /** A symbolic link. */
        public static File link(String path, String target) {
            return new File(path, 0777, new byte[0], target);
        }
    }

    private static final String TYPE = "application/vnd.oci.image.";

    public OciImage {
        files = List.copyOf(files);
        entrypoint = List.copyOf(entrypoint);
        environment = List.copyOf(environment);
        ports = List.copyOf(ports);
    }

    /** Writes the image as an archive that {@code image import} and other tools read. */
    public void write(Path archive) throws IOException {
        byte[] layer = layer();
        byte[] compressed = gzip(layer);
        byte[] config = Json.bytes(config(sha256(layer)));
        byte[] manifest = Json.bytes(manifest(config, compressed));
        ObjectNode index = Json.object().put("schemaVersion", 2);
        ObjectNode described = index.putArray("manifests").addObject();
        describe(described, "manifest.v1+json", manifest);
        described
                .putObject("annotations")
                .put("io.containerd.image.name", ImageName.full(name))
                .put("org.opencontainers.image.ref.name", tag());
        try (OutputStream file = Files.newOutputStream(archive);
                Tar.Writer tar = new Tar.Writer(file)) {
            tar.add("oci-layout", 0644, "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
            tar.add("index.json", 0644, Json.bytes(index));
            tar.add(Tar.Entry.directory("blobs/"));
            tar.add(Tar.Entry.directory("blobs/sha256/"));
            for (byte[] blob : List.of(manifest, config, compressed)) {
                tar.add("blobs/sha256/" + sha256(blob), 0644, blob);
            }
        }
    }

    private String tag() {
        String full = ImageName.full(name);
        return full.substring(full.lastIndexOf(':') + 1);
    }

    private byte[] layer() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Tar.Writer tar = new Tar.Writer(bytes)) {
            Set<String> made = new LinkedHashSet<>();
            for (File file : files) {
                String path = file.path().substring(1);
                for (String directory : directoriesAbove(path)) {
                    if (made.add(directory)) {
                        tar.add(Tar.Entry.directory(directory));
                    }
                }
                if (file.linkTarget().isEmpty()) {
                    tar.add(path, file.mode(), file.content());
                } else {
                    tar.add(Tar.Entry.link(path, file.linkTarget()));
                }
            }
        }
        return bytes.toByteArray();
    }

    private static List<String> directoriesAbove(String path) {
        List<String> directories = new ArrayList<>();
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            directories.add(path.substring(0, slash + 1));
        }
        return directories;
    }

    private ObjectNode config(String layerDigest) {
        ObjectNode config = Json.object().put("architecture", "amd64").put("os", "linux");
        ObjectNode runtime = config.putObject("config");
        strings(runtime.putArray("Entrypoint"), entrypoint);
        strings(runtime.putArray("Env"), environment);
        runtime.put("WorkingDir", workingDirectory);
        if (!user.isEmpty()) {
            runtime.put("User", user);
        }
        ObjectNode exposed = runtime.putObject("ExposedPorts");
        ports.forEach(exposed::putObject);
        config.putObject("rootfs").put("type", "layers").putArray("diff_ids").add("sha256:" + layerDigest);
        return config;
    }

    private static ObjectNode manifest(byte[] config, byte[] layer) {
        ObjectNode manifest = Json.object().put("schemaVersion", 2).put("mediaType", TYPE + "manifest.v1+json");
        describe(manifest.putObject("config"), "config.v1+json", config);
        describe(manifest.putArray("layers").addObject(), "layer.v1.tar+gzip", layer);
        return manifest;
    }

    private static void describe(ObjectNode descriptor, String type, byte[] blob) {
        descriptor
                .put("mediaType", TYPE + type)
                .put("digest", "sha256:" + sha256(blob))
                .put("size", blob.length);
    }

    private static void strings(ArrayNode array, List<String> values) {
        values.forEach(array::add);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(bytes);
        }
        return compressed.toByteArray();
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** An image with nothing but one program. */
    public static OciImage ofProgram(String name, String path, byte[] program) {
        return new OciImage(
                name, List.of(File.executable(path, program)), List.of(path), List.of(), "/", List.of(), "");
    }
}
