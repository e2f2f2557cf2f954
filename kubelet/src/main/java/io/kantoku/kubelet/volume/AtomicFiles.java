package io.kantoku.kubelet.volume;

import io.kantoku.lab.FileTrees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The files of a directory, replaced all at once, so that a reader sees the old ones or the new ones and no mixture.
 */
public final class AtomicFiles {
    /*
     * As upstream lays it out, because programs rely on it: the files are in a directory of their own, "..data" is a link to it, and
     * what users see are links through "..data". Replacing "..data" by rename changes all of them in one step.
     */
    private static final String DATA = "..data";

    private static final int GROUP_READS = 0440;

    private AtomicFiles() {}

    /**
     * Makes a directory have these files; does nothing when it has.
     *
     * @param files by their path in the directory
     * @param group that shall be able to read them; negative for root's
     * @return whether anything changed
     */
    public static boolean write(Path directory, Map<String, VolumeFile> files, long group) throws IOException {
        Files.createDirectories(directory);
        if (group >= 0) {
            Files.setAttribute(directory, "unix:gid", (int) group);
        }
        String version = ".." + digest(files, group);
        Path data = directory.resolve(DATA);
        Path before = Files.isSymbolicLink(data) ? Files.readSymbolicLink(data) : Path.of("");
        if (before.toString().equals(version)) {
            return false;
        }
        Path content = directory.resolve(version);
        FileTrees.remove(content);
        Files.createDirectory(content);
        setMode(content, 0755);
        for (Map.Entry<String, VolumeFile> file : files.entrySet()) {
            Path path = content.resolve(file.getKey()).normalize();
            if (!path.startsWith(content)) {
                throw new IOException("the path " + file.getKey() + " leads out of the volume");
            }
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue().content());
            if (group >= 0) {
                Files.setAttribute(path, "unix:gid", (int) group);
            }
            if (file.getValue().owner() >= 0) {
                Files.setAttribute(path, "unix:uid", (int) file.getValue().owner());
            }
            setMode(
                    path,
                    group >= 0
                            ? file.getValue().mode() | GROUP_READS
                            : file.getValue().mode());
        }
        Path fresh = directory.resolve(DATA + "_tmp");
        Files.deleteIfExists(fresh);
        Files.createSymbolicLink(fresh, Path.of(version));
        Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        link(directory, files.keySet());
        if (!before.toString().isEmpty()) {
            FileTrees.remove(directory.resolve(before));
        }
        return true;
    }

    /** Makes links for the first names of all paths, and removes those that stand for nothing. */
    private static void link(Path directory, Set<String> paths) throws IOException {
        Set<String> names = new HashSet<>();
        paths.forEach(path -> names.add(Path.of(path).getName(0).toString()));
        try (DirectoryStream<Path> present = Files.newDirectoryStream(directory)) {
            for (Path entry : present) {
                String name = entry.getFileName().toString();
                if (!name.startsWith("..") && !names.contains(name)) {
                    Files.delete(entry);
                }
            }
        }
        for (String name : names) {
            Path link = directory.resolve(name);
            if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
                Files.createSymbolicLink(link, Path.of(DATA, name));
            }
        }
    }

    private static String digest(Map<String, VolumeFile> files, long group) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(("group " + group + "\n").getBytes(StandardCharsets.UTF_8));
            new TreeMap<>(files).forEach((path, file) -> {
                digest.update((path.length() + " " + path + " " + file.mode() + " " + file.owner() + " "
                                + file.content().length + "\n")
                        .getBytes(StandardCharsets.UTF_8));
                digest.update(file.content());
            });
            return HexFormat.of().formatHex(digest.digest()).substring(0, 24);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Sets permission bits, whatever the process's mask is. */
    public static void setMode(Path path, int mode) throws IOException {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = PosixFilePermission.values(); // from the owner's read to others' execute
        for (int i = 0; i < all.length; i++) {
            if ((mode & (0400 >> i)) != 0) {
                permissions.add(all[i]);
            }
        }
        Files.setPosixFilePermissions(path, permissions);
    }
}
