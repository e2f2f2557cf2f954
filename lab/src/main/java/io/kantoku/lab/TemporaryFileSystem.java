package io.kantoku.lab;

import java.nio.file.Path;
import java.util.List;

/** File systems in memory. Needs root. */
public final class TemporaryFileSystem {
    private TemporaryFileSystem() {}

    /**
     * Mounts an empty one on a directory.
     *
     * @param bytes the most that it takes; 0 for half of the memory
     * @throws LabException when the kernel refuses
     */
    public static void mount(Path directory, long bytes) {
        String options = "nosuid,nodev,mode=0777" + (bytes > 0 ? ",size=" + bytes : "");
        Commands.check(List.of("mount", "-t", "tmpfs", "-o", options, "tmpfs", directory.toString()));
    }

    /** Unmounts whatever is mounted below a directory, also what is in use. */
    public static void unmountBelow(Path directory) {
        for (String mount : Presence.mountsBelow(directory)) {
            Commands.check(List.of("umount", "--lazy", Presence.unescaped(mount)));
        }
    }
}
