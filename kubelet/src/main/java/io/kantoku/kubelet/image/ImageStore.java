package io.kantoku.kubelet.image;

import io.kantoku.kubelet.image.ImageException.Code;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images that an instance has for its nodes, as archives in a directory. It stands in for a registry: a node that lacks an image
 * takes it from here before it asks elsewhere. Thread-safe.
 */
public final class ImageStore {
    private static final Logger LOG = LoggerFactory.getLogger(ImageStore.class);
    private static final String SUFFIX = ".tar";

    /**
     * An image that is there.
     *
     * @param name in full
     * @param archive the file that has it, perhaps with others
     * @param bytes of the archive
     */
    public record StoredImage(String name, Path archive, long bytes) {}

    private final Path directory;
    private final Map<String, StoredImage> images = new TreeMap<>();
    private FileTime read = FileTime.fromMillis(0);

    private ImageStore(Path directory) {
        this.directory = directory;
    }

    /** Opens the images of a directory, which need not exist. */
    public static ImageStore open(Path directory) {
        ImageStore store = new ImageStore(directory);
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw failed("the directory for images, " + directory + ", cannot be made", e);
        }
        store.refresh();
        return store;
    }

    /** Looks at the directory again when another process has changed it: commands import beside a running server. */
    private synchronized void refresh() {
        try {
            FileTime changed = Files.getLastModifiedTime(directory);
            if (changed.equals(read)) {
                return;
            }
            List<Path> archives = new ArrayList<>();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
                files.forEach(archives::add);
            }
            List<Path> known =
                    images.values().stream().map(StoredImage::archive).toList();
            images.values().removeIf(image -> !archives.contains(image.archive()));
            for (Path archive : oldestFirst(archives)) {
                if (!known.contains(archive)) {
                    add(archive, ImageArchive.names(archive));
                }
            }
            read = changed;
        } catch (IOException e) {
            throw failed("the images in " + directory + " cannot be read", e);
        }
    }

    private static List<Path> oldestFirst(List<Path> archives) throws IOException {
        Map<Path, FileTime> times = new HashMap<>();
        for (Path archive : archives) {
            times.put(archive, Files.getLastModifiedTime(archive));
        }
        return archives.stream().sorted(Comparator.comparing(times::get)).toList();
    }

    /**
     * Takes the images of an archive in.
     *
     * @param name for an image that the archive does not name; {@code ""} for none
     * @return their full names
     * @throws ImageException when the file is no archive of images
     */
    public synchronized List<String> importArchive(Path archive, String name) {
        refresh();
        Path incoming = directory.resolve("incoming-" + ProcessHandle.current().pid());
        try {
            List<String> names = ImageArchive.copy(archive, incoming, name);
            Path stored = directory.resolve(digest(incoming) + SUFFIX);
            Files.move(incoming, stored, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            add(stored, names);
            LOG.atInfo()
                    .setMessage("images imported")
                    .addKeyValue("names", names)
                    .log();
            return names;
        } catch (IOException e) {
            throw failed("the image cannot be kept in " + directory, e);
        } finally {
            incoming.toFile().delete();
        }
    }

    /** Writes an image of ours into the store. */
    public synchronized void put(OciImage image) {
        Path written = directory.resolve("written-" + ProcessHandle.current().pid());
        try {
            image.write(written);
            importArchive(written, "");
        } catch (IOException e) {
            throw failed("the image " + image.name() + " cannot be written", e);
        } finally {
            written.toFile().delete();
        }
    }

    /** An image by any form of its name. */
    public synchronized Optional<StoredImage> find(String name) {
        refresh();
        return Optional.ofNullable(images.get(ImageName.full(name)));
    }

    /** All images by name. */
    public synchronized List<StoredImage> list() {
        refresh();
        return List.copyOf(images.values());
    }

    /**
     * Removes an image; nodes that have it keep it. The archive goes with the last of its images.
     *
     * @throws ImageException when there is none of that name
     */
    public synchronized void remove(String name) {
        refresh();
        StoredImage removed = images.get(ImageName.full(name));
        if (removed == null) {
            throw new ImageException(Code.NOT_FOUND, "there is no image " + name + "; see: kantoku image list");
        }
        List<String> others = new ArrayList<>();
        images.values().stream()
                .filter(other -> other.archive().equals(removed.archive()))
                .filter(other -> !other.name().equals(removed.name()))
                .forEach(other -> others.add(other.name()));
        if (!others.isEmpty()) {
            throw new ImageException(
                    Code.NOT_FOUND,
                    "the archive of " + name + " also holds " + others + "; it cannot be removed alone");
        }
        try {
            Files.deleteIfExists(removed.archive());
        } catch (IOException e) {
            throw failed("the image " + name + " cannot be removed", e);
        }
        images.remove(removed.name());
    }

    /** A later archive takes a name over from an earlier one. */
    private void add(Path archive, List<String> names) throws IOException {
        long bytes = Files.size(archive);
        for (String name : names) {
            StoredImage before = images.put(name, new StoredImage(name, archive, bytes));
            if (before != null
                    && !before.archive().equals(archive)
                    && images.values().stream()
                            .noneMatch(other -> other.archive().equals(before.archive()))) {
                Files.deleteIfExists(before.archive());
            }
        }
    }

    private static String digest(Path file) throws IOException {
        try (DigestInputStream in =
                new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static ImageException failed(String what, IOException cause) {
        return new ImageException(Code.STORAGE, what + ": " + cause.getMessage(), cause);
    }
}
