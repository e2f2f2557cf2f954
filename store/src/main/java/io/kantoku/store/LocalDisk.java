package io.kantoku.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The machine's own file system. */
final class LocalDisk implements Disk {
    @Override
    public WritableFile create(Path path) throws IOException {
        Files.deleteIfExists(path); // an existing file would keep its permissions
        return new LocalFile(FileChannel.open(
                path,
                Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))));
    }

    @Override
    public WritableFile open(Path path) throws IOException {
        return new LocalFile(FileChannel.open(path, StandardOpenOption.WRITE));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        syncNameOf(to);
    }

    /** Makes the name that a file or directory was given durable. */
    static void syncNameOf(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path.resolveSibling("."), StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }

    private record LocalFile(FileChannel channel) implements WritableFile {
        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            long at = position;
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
