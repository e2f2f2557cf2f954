package io.kantoku.store;

import io.kantoku.store.StoreException.Code;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps a second store from opening the same directory; the kernel releases it when the process ends, however it ends. */
record DirectoryLock(FileChannel channel) implements Closeable {
    static DirectoryLock take(Path directory) throws IOException {
        Path file = directory.resolve("lock");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                byte[] owner = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
                channel.truncate(0);
                channel.write(ByteBuffer.wrap(owner), 0);
                return new DirectoryLock(channel);
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new StoreException(Code.UNAVAILABLE, directory + " is open in this process already", e);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new StoreException(
                Code.UNAVAILABLE,
                directory + " is in use by process " + Files.readString(file)
                        + "; stop that one first, or choose another directory");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
