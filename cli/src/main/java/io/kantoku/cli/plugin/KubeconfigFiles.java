package io.kantoku.cli.plugin;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.client.Kubeconfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The user's kubeconfig files. They are changed under kubectl's own lock ({@code FILE.lock}) and replaced as a whole, readable by
 * their owner only, so that neither kubectl nor a second login ever sees half a file.
 */
final class KubeconfigFiles {
    private static final Duration LOCK_PATIENCE = Duration.ofSeconds(5);
    private static final Duration LOCK_PAUSE = Duration.ofMillis(50);

    private final List<Path> paths;

    KubeconfigFiles(List<Path> paths) {
        this.paths = List.copyOf(paths);
    }

    /** Those of KUBECONFIG, or {@code ~/.kube/config}. */
    static KubeconfigFiles of(PluginEnvironment environment) {
        List<Path> paths = environment.variable("KUBECONFIG").stream()
                .flatMap(list -> Arrays.stream(list.split(System.getProperty("path.separator", ":"))))
                .filter(path -> !path.isEmpty())
                .distinct()
                .map(Path::of)
                .toList();
        return new KubeconfigFiles(
                paths.isEmpty() ? List.of(environment.home().resolve(".kube").resolve("config")) : paths);
    }

    /**
     * Where new entries go, as kubectl decides it: the first file that exists, or else the last of the list.
     */
    int target() {
        for (int i = 0; i < paths.size(); i++) {
            if (Files.exists(paths.get(i))) {
                return i;
            }
        }
        return paths.size() - 1;
    }

    /**
     * Reads the files, changes them and writes those that changed.
     *
     * @return what is in the files afterwards
     * @throws PluginException when one cannot be read, is not a kubeconfig, is locked or cannot be written
     */
    KubeconfigStack update(UnaryOperator<KubeconfigStack> change) {
        int target = target();
        List<Path> locks = new ArrayList<>();
        try {
            for (int i = 0; i < paths.size(); i++) {
                if (i == target || Files.exists(paths.get(i))) {
                    locks.add(lock(paths.get(i)));
                }
            }
            KubeconfigStack before = load(target);
            KubeconfigStack after = change.apply(before);
            for (int i = 0; i < paths.size(); i++) {
                Kubeconfig content = after.layers().get(i).content();
                if (!content.equals(before.layers().get(i).content())) {
                    replace(paths.get(i), content.write());
                }
            }
            return after;
        } finally {
            locks.forEach(KubeconfigFiles::unlock);
        }
    }

    private KubeconfigStack load(int target) {
        return new KubeconfigStack(
                paths.stream()
                        .map(path -> new KubeconfigStack.Layer(path, read(path)))
                        .toList(),
                target);
    }

    private static Kubeconfig read(Path path) {
        try {
            return Kubeconfig.parse(Files.readString(path));
        } catch (NoSuchFileException e) {
            return Kubeconfig.empty();
        } catch (IOException e) {
            throw new PluginException("the kubeconfig file " + path + " cannot be read: " + reason(e), e);
        } catch (ApiException e) {
            throw new PluginException(
                    "the kubeconfig file " + path + " is damaged (" + e.getMessage() + "); mend it or move it away", e);
        }
    }

    private static void replace(Path path, String text) {
        try {
            Path file = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath(); // a link stays a link
            Path next = Files.createTempFile(
                    parent(file),
                    file.getFileName() + ".",
                    ".tmp",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
                    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                    while (bytes.hasRemaining()) {
                        channel.write(bytes);
                    }
                    channel.force(true);
                }
                Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(next);
            }
        } catch (IOException e) {
            throw new PluginException("the kubeconfig file " + path + " cannot be written: " + reason(e), e);
        }
    }

    /** kubectl gives up at once when there is a lock; two logins at a time are common enough to wait a little. */
    private static Path lock(Path path) {
        Path lock = path.resolveSibling(path.getFileName() + ".lock");
        long deadline = System.nanoTime() + LOCK_PATIENCE.toNanos();
        try {
            Files.createDirectories(parent(path.toAbsolutePath()));
            while (true) {
                try {
                    Files.newByteChannel(lock, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))
                            .close();
                    return lock;
                } catch (FileAlreadyExistsException e) {
                    if (System.nanoTime() > deadline) {
                        throw new PluginException(
                                "the kubeconfig file " + path + " is in use: if no other kubectl runs, remove " + lock,
                                e);
                    }
                    Thread.sleep(LOCK_PAUSE); // the file system tells nobody that a file is gone
                }
            }
        } catch (IOException e) {
            throw new PluginException("the kubeconfig file " + path + " cannot be locked: " + reason(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException("interrupted while waiting for " + lock, e);
        }
    }

    private static void unlock(Path lock) {
        try {
            Files.deleteIfExists(lock);
        } catch (IOException e) {
            throw new PluginException("the lock " + lock + " cannot be removed: " + reason(e), e);
        }
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        return parent == null ? Path.of("/") : parent;
    }

    /** The exceptions of java.nio.file say what is wrong by their type. */
    private static String reason(IOException e) {
        return e.getClass().getSimpleName().replace("Exception", "") + ": " + e.getMessage();
    }
}
