package io.kantoku.vsphere.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kantoku.vsphere.VsphereException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One file for each document in a directory that only its owner can read.
 *
 * <p>A document is written to a temporary file, forced to disk and renamed over the old one, and then the directory is forced,
 * so that a crash leaves the old document or the new one. Temporary files that a crash left behind are removed on opening.
 */
public final class FileInventoryStorage implements InventoryStorage {
    private static final Pattern KEY = Pattern.compile("[a-z0-9-]+(/[a-z0-9-]+)*");
    private static final String SUFFIX = ".json";
    private static final String TEMPORARY = ".tmp";
    private static final FileAttribute<?> OWNER_ONLY_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> OWNER_ONLY_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path root;
    private final AtomicLong temporaries = new AtomicLong();

    private FileInventoryStorage(Path root) {
        this.root = root;
    }

    /** Opens the directory, making it if it is missing; one process at a time may have it open. */
    public static FileInventoryStorage open(Path root) {
        try {
            Files.createDirectories(root, OWNER_ONLY_DIRECTORY);
            for (Path leftover : files(root, TEMPORARY)) {
                Files.delete(leftover);
            }
        } catch (IOException e) {
            throw failed("open", root, e);
        }
        return new FileInventoryStorage(root);
    }

    @Override
    public Optional<JsonNode> get(String key) {
        Path file = file(key);
        return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
    }

    @Override
    public void put(String key, JsonNode document) {
        Path file = file(key);
        Path directory = parent(file);
        Path temporary = directory.resolve(file.getFileName() + "." + temporaries.incrementAndGet() + TEMPORARY);
        try {
            ensure(directory);
            write(temporary, JSON.writeValueAsBytes(document));
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            force(directory);
        } catch (IOException e) {
            throw failed("write", file, e);
        }
    }

    @Override
    public void delete(String key) {
        Path file = file(key);
        try {
            if (Files.deleteIfExists(file)) {
                force(parent(file));
            }
        } catch (IOException e) {
            throw failed("delete", file, e);
        }
    }

    @Override
    public SortedMap<String, JsonNode> list(String prefix) {
        Path directory = prefix.isEmpty() ? root : file(prefix.substring(0, prefix.length() - 1), "");
        SortedMap<String, JsonNode> found = new TreeMap<>();
        try {
            for (Path file : files(directory, SUFFIX)) {
                String name = root.relativize(file).toString();
                found.put(name.substring(0, name.length() - SUFFIX.length()), read(file));
            }
        } catch (IOException e) {
            throw failed("list", directory, e);
        }
        return found;
    }

    private static JsonNode read(Path file) {
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw failed("read", file, e);
        }
    }

    private static void write(Path file, byte[] content) throws IOException {
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        try (FileChannel channel = FileChannel.open(file, options, OWNER_ONLY_FILE)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    private void ensure(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, OWNER_ONLY_DIRECTORY);
            for (Path made = directory; !made.equals(root); made = parent(made)) {
                force(parent(made));
            }
        }
    }

    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static List<Path> files(Path directory, String suffix) throws IOException {
        try (Stream<Path> walk = Files.walk(directory)) {
            return walk.filter(file -> file.getFileName().toString().endsWith(suffix))
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private Path file(String key) {
        return file(key, SUFFIX);
    }

    private Path file(String key, String suffix) {
        if (!KEY.matcher(key).matches()) {
            throw VsphereException.invalid(
                    "'" + key + "' is not a storage key of words from a-z, 0-9 and - with slashes between");
        }
        return root.resolve(key + suffix);
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalStateException(file + " has no directory");
        }
        return parent;
    }

    private static VsphereException failed(String operation, Path path, IOException cause) {
        return new VsphereException(
                VsphereException.Code.INTERNAL,
                "cannot " + operation + " " + path + " of the inventory: " + cause.getMessage()
                        + "; check the disk and the permissions of the state directory",
                cause);
    }
}
