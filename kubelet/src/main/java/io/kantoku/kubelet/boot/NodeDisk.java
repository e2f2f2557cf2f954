package io.kantoku.kubelet.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** The small files that a node keeps over restarts of its machine. */
public interface NodeDisk {
    Optional<String> read(String name);

    /** Replaces the file as a whole. */
    void write(String name, String content);

    /** Files in a directory that exists. */
    static NodeDisk in(Path directory) {
        return new NodeDisk() {
            @Override
            public Optional<String> read(String name) {
                try {
                    return Optional.of(Files.readString(directory.resolve(name)));
                } catch (NoSuchFileException e) {
                    return Optional.empty();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public void write(String name, String content) {
                try {
                    Path fresh = directory.resolve(name + ".new");
                    Files.writeString(fresh, content);
                    Files.move(fresh, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }
}
