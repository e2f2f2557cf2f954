package io.kantoku.store;

import io.kantoku.store.StoreException.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * The state of one revision in a file.
 *
 * <pre>
 * header 64 | blocks | an empty block, whose count is the number of all entries
 * block: CRC32C of all that follows 4 | body length 4 | entries 8 | body
 * entry: key length 4 | value length 4 | created 8 | modified 8 | key in UTF-8 | value
 * </pre>
 *
 * A snapshot counts once it has its name, and it gets that after all of it is on the disk.
 */
final class Snapshot {
    private static final int BLOCK_HEADER_BYTES = 16;
    private static final int ENTRY_HEADER_BYTES = 24;
    private static final int BLOCK_BYTES = 1 << 20;
    /** Syncing bit by bit keeps the log's syncs from waiting behind one long write. */
    private static final int SYNC_BYTES = 8 << 20;

    private final WritableFile file;
    private ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
    private long position = FileHeader.BYTES;
    private long synced;
    private long blockEntries;
    private long entries;

    private Snapshot(WritableFile file) {
        this.file = file;
        block.position(BLOCK_HEADER_BYTES);
    }

    /**
     * Writes the state of a revision that is kept; if it is no longer kept afterwards, the file may lack entries.
     *
     * @return the file's size
     */
    static long write(Disk disk, Path path, Versions versions, long revision) throws IOException {
        try (WritableFile file = disk.create(path)) {
            Snapshot snapshot = new Snapshot(file);
            versions.forEach(revision, entry -> {
                try {
                    snapshot.add(entry);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            snapshot.finish(revision);
            return snapshot.position;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Reads a snapshot and returns its revision. */
    static long read(Path path, Consumer<Entry> consumer) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            ByteBuffer bytes = StoreFiles.map(path, arena);
            long revision =
                    FileHeader.read(FileHeader.Kind.SNAPSHOT, bytes, path).revision();
            bytes.position(FileHeader.BYTES);
            long total = 0;
            while (true) {
                int at = bytes.position();
                if (bytes.remaining() < BLOCK_HEADER_BYTES) {
                    throw damaged(path, at);
                }
                int checksum = bytes.getInt();
                int length = bytes.getInt();
                long count = bytes.getLong();
                if (length < 0 || length > bytes.remaining() || checksum(bytes, at, length) != checksum) {
                    throw damaged(path, at);
                }
                if (length == 0) {
                    if (count != total) {
                        throw damaged(path, at);
                    }
                    return revision;
                }
                for (long i = 0; i < count; i++) {
                    consumer.accept(readEntry(bytes));
                }
                total += count;
            }
        }
    }

    private static Entry readEntry(ByteBuffer bytes) {
        byte[] key = new byte[bytes.getInt()];
        byte[] value = new byte[bytes.getInt()];
        long created = bytes.getLong();
        long modified = bytes.getLong();
        bytes.get(key).get(value);
        return new Entry(new String(key, StandardCharsets.UTF_8), value, created, modified);
    }

    private static StoreException damaged(Path path, long at) {
        return new StoreException(
                Code.UNREADABLE, path + " is damaged at byte " + at + "; restore the directory from a backup");
    }

    private void add(Entry entry) throws IOException {
        byte[] key = entry.key().getBytes(StandardCharsets.UTF_8);
        int bytes = ENTRY_HEADER_BYTES + key.length + entry.value().length;
        if (bytes > block.remaining()) {
            flush();
        }
        if (bytes > block.remaining()) {
            block = ByteBuffer.allocateDirect(BLOCK_HEADER_BYTES + bytes).position(BLOCK_HEADER_BYTES);
        }
        block.putInt(key.length).putInt(entry.value().length);
        block.putLong(entry.createRevision()).putLong(entry.modRevision());
        block.put(key).put(entry.value());
        blockEntries++;
    }

    private void flush() throws IOException {
        if (blockEntries > 0) {
            entries += blockEntries;
            writeBlock(blockEntries);
            blockEntries = 0;
        }
    }

    private void writeBlock(long count) throws IOException {
        int length = block.position() - BLOCK_HEADER_BYTES;
        block.flip().putInt(4, length).putLong(8, count).putInt(0, checksum(block, 0, length));
        int bytes = block.remaining();
        file.write(block, position);
        position += bytes;
        block.clear().position(BLOCK_HEADER_BYTES);
        if (position - synced > SYNC_BYTES) {
            file.force();
            synced = position;
        }
    }

    private void finish(long revision) throws IOException {
        flush();
        writeBlock(entries);
        file.write(new FileHeader(FileHeader.Kind.SNAPSHOT, 0, revision, 0).encode(), 0);
        file.force();
    }

    private static int checksum(ByteBuffer bytes, int block, int bodyLength) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(block + 4, BLOCK_HEADER_BYTES - 4 + bodyLength));
        return (int) crc.getValue();
    }
}
