package io.kantoku.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** A disk that can be full, fail, and lose what was not synced when the power goes. */
final class FaultyDisk implements Disk {
    private static final int SECTOR_BYTES = 512;

    /** Decides whether an operation fails. */
    interface Fault {
        Fault NONE = (_, _) -> {};

        void check(Operation operation, Path path) throws IOException;
    }

    enum Operation {
        CREATE,
        OPEN,
        WRITE,
        /** Half of a write has reached the file. */
        WRITE_REST,
        FORCE,
        /** All is on the disk, though the caller will hear that it is not. */
        FORCED,
        RENAME,
        DELETE
    }

    private record Overwritten(long position, byte[] content) {}

    private final Disk local = Disk.local();
    private final List<FaultyFile> files = new ArrayList<>();
    private volatile Fault fault = Fault.NONE;
    private volatile boolean powered = true;

    void fault(Fault next) {
        fault = next;
    }

    /** From now on nothing reaches the disk. */
    void cutPower() {
        powered = false;
    }

    /** Reverts some of the sectors that were not synced, in any combination; call once the store is closed. */
    synchronized void losePower(Random random) throws IOException {
        cutPower();
        for (FaultyFile file : files) {
            file.revert(random);
        }
    }

    private void check(Operation operation, Path path) throws IOException {
        requirePower();
        fault.check(operation, path);
        requirePower();
    }

    private void requirePower() throws IOException {
        if (!powered) {
            throw new IOException("no power");
        }
    }

    @Override
    public WritableFile create(Path path) throws IOException {
        check(Operation.CREATE, path);
        return track(path, local.create(path));
    }

    @Override
    public WritableFile open(Path path) throws IOException {
        check(Operation.OPEN, path);
        return track(path, local.open(path));
    }

    private synchronized WritableFile track(Path path, WritableFile file) throws IOException {
        FaultyFile faulty = new FaultyFile(path, file, new RandomAccessFile(path.toFile(), "rw"));
        files.add(faulty);
        return faulty;
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        check(Operation.RENAME, from);
        local.rename(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        check(Operation.DELETE, path);
        local.delete(path);
    }

    /** A file that remembers what its unsynced sectors were. */
    private final class FaultyFile implements WritableFile {
        private final Path path;
        private final WritableFile file;
        private final RandomAccessFile raw;
        private final Deque<Overwritten> unsynced = new ArrayDeque<>();

        FaultyFile(Path path, WritableFile file, RandomAccessFile raw) {
            this.path = path;
            this.file = file;
            this.raw = raw;
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            check(Operation.WRITE, path);
            remember(position, bytes.remaining());
            int half = bytes.position() + bytes.remaining() / 2;
            ByteBuffer rest = bytes.duplicate().position(half);
            long restPosition = position + half - bytes.position();
            file.write(bytes.duplicate().limit(half), position);
            check(Operation.WRITE_REST, path);
            file.write(rest, restPosition);
            bytes.position(bytes.limit());
        }

        private synchronized void remember(long position, int length) throws IOException {
            for (long at = position / SECTOR_BYTES * SECTOR_BYTES; at < position + length; at += SECTOR_BYTES) {
                byte[] content = new byte[SECTOR_BYTES];
                raw.seek(at);
                int read = Math.max(0, raw.read(content));
                unsynced.push(new Overwritten(at, java.util.Arrays.copyOf(content, read)));
            }
        }

        @Override
        public void force() throws IOException {
            check(Operation.FORCE, path);
            synchronized (this) {
                unsynced.clear();
            }
            check(Operation.FORCED, path);
        }

        synchronized void revert(Random random) throws IOException {
            for (Overwritten sector : unsynced) {
                if (random.nextBoolean()) {
                    raw.seek(sector.position());
                    raw.write(sector.content());
                }
            }
            raw.close();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
