package io.kantoku.kubelet.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An open log file: lines forward from a place, and the place of a line counted from the end. Owned by one thread. */
final class LogFile implements AutoCloseable {
    private static final int BLOCK = 64 * 1024;
    private static final int LONGEST_LINE = 1 << 20;

    private final FileChannel channel;
    private final @Nullable Object key;
    private ByteBuffer block = ByteBuffer.allocate(BLOCK).flip();
    private byte[] begun = new byte[0];

    private LogFile(FileChannel channel, @Nullable Object key) {
        this.channel = channel;
        this.key = key;
    }

    /** @throws NoSuchFileException while there is none */
    static LogFile open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            return new LogFile(channel, key(path));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static @Nullable Object key(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    /** Whether the path names another file by now: this one has been rotated. */
    boolean replaced(Path path) throws IOException {
        try {
            return !Objects.equals(key, key(path));
        } catch (NoSuchFileException e) {
            return false; // between the two renames of a rotation
        }
    }

    /** Goes to the beginning of the last {@code lines} lines of the container's, of which one may be several of the file's. */
    void tail(long lines) throws IOException {
        long position = channel.size();
        long found = 0;
        long lineEnd = -1;
        ByteBuffer buffer = ByteBuffer.allocate(BLOCK);
        while (position > 0) {
            int size = (int) Math.min(BLOCK, position);
            long start = position - size;
            buffer.clear().limit(size);
            readFully(buffer, start);
            for (int i = size - 1; i >= 0; i--) {
                if (buffer.get(i) != '\n') {
                    continue;
                }
                long at = start + i;
                if (lineEnd >= 0 && completes(at + 1)) {
                    found++;
                }
                if (found > lines) {
                    channel.position(lineEnd + 1);
                    return;
                }
                lineEnd = at;
            }
            position = start;
        }
        if (lineEnd >= 0 && completes(0)) {
            found++;
        }
        channel.position(found > lines ? lineEnd + 1 : 0);
    }

    /** Whether the line of the file that begins at a place ends one of the container's. */
    private boolean completes(long start) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(96);
        int size = channel.read(head, start);
        byte[] bytes = Arrays.copyOf(head.array(), Math.max(0, size));
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                bytes = Arrays.copyOf(bytes, i);
            }
        }
        return CriLogLine.parse(bytes).map(CriLogLine::complete).orElse(true);
    }

    private void readFully(ByteBuffer buffer, long start) throws IOException {
        while (buffer.hasRemaining() && channel.read(buffer, start + buffer.position()) >= 0) {
            // read on
        }
    }

    /** The next line that has its end; empty at the present end of the file. */
    Optional<byte[]> next() throws IOException {
        while (true) {
            int from = block.position();
            while (block.hasRemaining()) {
                if (block.get() == '\n') {
                    byte[] line = joined(from, block.position() - 1);
                    begun = new byte[0];
                    return Optional.of(line);
                }
            }
            begun = joined(from, block.position());
            if (begun.length > LONGEST_LINE) {
                begun = new byte[0]; // no runtime writes such lines; what follows up to the next end is no line either
            }
            block.clear();
            int count = channel.read(block);
            block.flip();
            if (count <= 0) {
                return Optional.empty();
            }
        }
    }

    private byte[] joined(int from, int to) {
        byte[] all = Arrays.copyOf(begun, begun.length + to - from);
        block.get(from, all, begun.length, to - from);
        return all;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
