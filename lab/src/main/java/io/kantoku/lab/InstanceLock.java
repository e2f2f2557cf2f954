package io.kantoku.lab;

import io.kantoku.lab.LabException.Code;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps a state directory to one process; the kernel gives it back when that process ends, however it ends. */
public final class InstanceLock implements AutoCloseable {
    private final FileChannel channel;

    private InstanceLock(FileChannel channel) {
        this.channel = channel;
    }

    private static Path file(Path stateDirectory) {
        return stateDirectory.resolve("lock");
    }

    /**
     * Takes the directory, making it if need be.
     *
     * @throws LabException with {@link Code#ALREADY_RUNNING} when another process has it; the message names that process
     */
    public static InstanceLock acquire(Path stateDirectory) {
        Path file = file(stateDirectory);
        try {
            Files.createDirectories(stateDirectory);
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw new LabException(
                        Code.ALREADY_RUNNING,
                        "another Kantoku (process "
                                + holder(stateDirectory).map(String::valueOf).orElse("unknown")
                                + ") uses " + stateDirectory
                                + "; end it with \"kantoku down\", or choose another directory with --state-dir");
            }
            channel.truncate(0);
            channel.write(
                    StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"), 0);
            return new InstanceLock(channel);
        } catch (IOException e) {
            throw new LabException(
                    Code.ALREADY_RUNNING,
                    "cannot lock the state directory " + stateDirectory + ": " + e.getMessage()
                            + "; it has to be writable and on a local file system",
                    e);
        }
    }

    /** The pid in the lock file, which means something only while the lock is held. */
    public static Optional<Long> holder(Path stateDirectory) {
        try (FileChannel channel = FileChannel.open(file(stateDirectory))) {
            ByteBuffer bytes = ByteBuffer.allocate(32);
            channel.read(bytes);
            String pid =
                    StandardCharsets.US_ASCII.decode(bytes.flip()).toString().strip();
            return pid.isEmpty() ? Optional.empty() : Optional.of(Long.valueOf(pid));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) { // held by this very process
            return null;
        }
    }

    /** Gives the directory back. */
    @Override
    public void close() {
        try {
            channel.truncate(0);
            channel.close();
        } catch (IOException e) {
            throw new LabException(Code.KERNEL, "cannot release the state directory: " + e.getMessage(), e);
        }
    }
}
