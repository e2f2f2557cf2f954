package io.kantoku.kubelet.volume;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Gives a volume to the group of a pod ({@code fsGroup}), as kubelets do for the kinds of volumes that have owners. */
public final class GroupOwnership {
    private static final int GROUP_FILE = 0660;
    private static final int GROUP_DIRECTORY = 02770;
    private static final int BITS = 07777;

    private GroupOwnership() {}

    /**
     * Makes all in the volume belong to the group, which may read and write it; what is made later inherits the group. Links are
     * followed nowhere.
     *
     * @param onlyOnMismatch whether to leave all as it is when the root is right already ({@code fsGroupChangePolicy})
     */
    public static void give(Path root, int group, boolean onlyOnMismatch) throws IOException {
        if (onlyOnMismatch && isRight(root, group)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.setAttribute(file, "unix:gid", group, LinkOption.NOFOLLOW_LINKS);
                if (!attributes.isSymbolicLink()) {
                    set(file, mode(file) | GROUP_FILE);
                }
                return FileVisitResult.CONTINUE;
            }

            // The root last of all, so that what was interrupted counts as a mismatch.
            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.setAttribute(directory, "unix:gid", group, LinkOption.NOFOLLOW_LINKS);
                set(directory, mode(directory) | GROUP_DIRECTORY);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static boolean isRight(Path root, int group) throws IOException {
        return Files.getAttribute(root, "unix:gid", LinkOption.NOFOLLOW_LINKS).equals(group)
                && (mode(root) & GROUP_DIRECTORY) == GROUP_DIRECTORY;
    }

    private static int mode(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & BITS;
    }

    private static void set(Path path, int mode) throws IOException {
        Files.setAttribute(path, "unix:mode", mode);
    }
}
