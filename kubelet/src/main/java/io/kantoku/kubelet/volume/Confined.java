package io.kantoku.kubelet.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** Paths that users name below a directory in which they may have made links. */
public final class Confined {
    private Confined() {}

    /**
     * A path below a directory; empty when it, or a link on its way, leads out.
     *
     * @param below relative, or taken as such
     */
    public static Optional<Path> path(Path directory, String below) throws IOException {
        Path path = directory.resolve(below.replaceFirst("^/+", "")).normalize();
        if (!path.startsWith(directory)) {
            return Optional.empty();
        }
        Path known = directory;
        for (Path name : directory.relativize(path)) {
            if (!Files.exists(known.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                break;
            }
            known = known.resolve(name);
        }
        return known.toRealPath().startsWith(directory.toRealPath()) ? Optional.of(path) : Optional.empty();
    }
}
