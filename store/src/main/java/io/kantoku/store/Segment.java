package io.kantoku.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The log file that is being appended to, of a fixed size and zero beyond its end. The committer thread owns it.
 *
 * <p>All blocks are written before the file is used, so that a sync writes data only and no file-system journal. A frame that
 * could not be written or synced is erased, so that it cannot come back after a restart; as long as erasing fails nothing
 * else is appended.
 */
final class Segment implements Closeable {
    private static final int ZEROS_BYTES = 1 << 20;

    private final Path path;
    private final FileHeader header;
    private final WritableFile file;
    private final long capacity;
    private long end;
    private long dirtyEnd;

    /**
     * @param end where the next frame goes
     * @param dirtyEnd from where on all bytes are zero; those in between belong to a frame that is not to be
     */
    Segment(Path path, FileHeader header, WritableFile file, long capacity, long end, long dirtyEnd) {
        this.path = path;
        this.header = header;
        this.file = file;
        this.capacity = capacity;
        this.end = end;
        this.dirtyEnd = dirtyEnd;
    }

    Path path() {
        return path;
    }

    FileHeader header() {
        return header;
    }

    long capacity() {
        return capacity;
    }

    boolean hasRoomFor(int bytes) {
        return end + bytes <= capacity;
    }

    boolean isHalfFull() {
        return end > capacity / 2;
    }

    /** Makes a frame durable, or has no effect. */
    void append(ByteBuffer frame) throws IOException {
        erase();
        Frame.salt(frame, header.salt());
        dirtyEnd = end + frame.remaining();
        try {
            file.write(frame, end);
            file.force();
        } catch (IOException e) {
            try {
                erase();
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
        end = dirtyEnd;
    }

    /** Removes what is left of a failed or torn frame. */
    void erase() throws IOException {
        if (dirtyEnd > end) {
            fillWithZeros(file, end, dirtyEnd);
            file.force();
            dirtyEnd = end;
        }
    }

    static void fillWithZeros(WritableFile file, long from, long to) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(ZEROS_BYTES, to - from));
        for (long at = from; at < to; at += zeros.limit()) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), to - at));
            file.write(zeros, at);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
