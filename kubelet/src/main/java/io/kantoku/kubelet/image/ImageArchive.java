package io.kantoku.kubelet.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/** Reads archives of images: OCI layouts and what {@code docker save} writes, also compressed with gzip. */
final class ImageArchive {
    private static final int LONGEST_INDEX = 4 * 1024 * 1024;
    private static final String CONTAINERD_NAME = "io.containerd.image.name";
    private static final String REF_NAME = "org.opencontainers.image.ref.name";

    private ImageArchive() {}

    /**
     * Copies an archive, uncompressed and with full names that containerd understands.
     *
     * @param name for an image that the archive does not name; {@code ""} for none
     * @return the full names of its images
     * @throws ImageException when it is no archive of images, or has one without a name
     */
    static List<String> copy(Path from, Path to, String name) {
        Set<String> names = new LinkedHashSet<>();
        try (InputStream in = uncompressed(from);
                OutputStream out = Files.newOutputStream(to)) {
            Tar.Reader reader = new Tar.Reader(in);
            try (Tar.Writer writer = new Tar.Writer(out)) {
                while (reader.next()) {
                    switch (reader.name()) {
                        case "index.json" -> {
                            ObjectNode index = Json.parseObject(reader.content(LONGEST_INDEX));
                            nameImages(index, name, names);
                            writer.add("index.json", 0644, Json.bytes(index));
                        }
                        case "manifest.json" -> {
                            JsonNode manifest = Json.parse(reader.content(LONGEST_INDEX));
                            nameTags(manifest, name, names);
                            writer.add("manifest.json", 0644, Json.bytes(manifest));
                        }
                        default -> reader.copyTo(out);
                    }
                }
            }
        } catch (IOException | ApiException e) {
            throw new ImageException(
                    ImageException.Code.BAD_ARCHIVE,
                    from + " cannot be read as an archive of images: " + e.getMessage(),
                    e);
        }
        if (names.isEmpty()) {
            throw new ImageException(
                    ImageException.Code.BAD_ARCHIVE,
                    from + " has neither index.json (OCI) nor manifest.json (docker save): it is no archive of images");
        }
        return List.copyOf(names);
    }

    /** The full names of the images of an archive that {@link #copy} wrote. */
    static List<String> names(Path archive) throws IOException {
        Set<String> names = new LinkedHashSet<>();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(archive))) {
            Tar.Reader reader = new Tar.Reader(in);
            while (reader.next()) {
                if (reader.name().equals("index.json")) {
                    nameImages(Json.parseObject(reader.content(LONGEST_INDEX)), "", names);
                } else if (reader.name().equals("manifest.json")) {
                    nameTags(Json.parse(reader.content(LONGEST_INDEX)), "", names);
                }
            }
        }
        return List.copyOf(names);
    }

    private static void nameImages(ObjectNode index, String name, Set<String> names) {
        for (JsonNode manifest : index.path("manifests")) {
            ObjectNode annotations = ((ObjectNode) manifest).withObjectProperty("annotations");
            if (annotations.path("vnd.docker.reference.type").asText().equals("attestation-manifest")) {
                continue;
            }
            String own = annotations.path(CONTAINERD_NAME).asText();
            String ref = annotations.path(REF_NAME).asText();
            String known = !own.isEmpty() ? own : ref.indexOf(':') > 0 || ref.indexOf('/') > 0 ? ref : name;
            if (known.isEmpty()) {
                throw new ImageException(
                        ImageException.Code.BAD_ARCHIVE,
                        "an image of the archive has no name" + (ref.isEmpty() ? "" : " but the tag " + ref)
                                + "; give it one with --name");
            }
            String full = ImageName.full(known);
            annotations.put(CONTAINERD_NAME, full);
            names.add(full);
        }
    }

    private static void nameTags(JsonNode manifest, String name, Set<String> names) {
        for (JsonNode image : manifest) {
            if (image.path("RepoTags").isEmpty()) {
                if (name.isEmpty()) {
                    throw new ImageException(
                            ImageException.Code.BAD_ARCHIVE,
                            "an image of the archive has no name; give it one with --name");
                }
                ((ObjectNode) image).putArray("RepoTags").add(ImageName.full(name));
            }
            image.path("RepoTags").forEach(tag -> names.add(ImageName.full(tag.asText())));
        }
    }

    private static InputStream uncompressed(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file));
        in.mark(2);
        byte[] magic = in.readNBytes(2);
        in.reset();
        boolean gzip = new ByteArrayInputStream(magic).read() == 0x1F && magic.length == 2 && (magic[1] & 0xFF) == 0x8B;
        return gzip ? new BufferedInputStream(new GZIPInputStream(in)) : in;
    }
}
