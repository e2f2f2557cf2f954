package io.kantoku.store;

import io.kantoku.store.StoreException.Code;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * What every file of a store begins with.
 *
 * <pre>kind 8 | format 4 | 0 4 | sequence 8 | revision 8 | salt 8 | CRC32C of all before 4 | zeros up to 64 bytes</pre>
 *
 * @param sequence a log file's number; 0 in a snapshot
 * @param revision the first that a log file may contain; a snapshot's own
 * @param salt a log file's mark of frames; 0 in a snapshot
 */
record FileHeader(Kind kind, long sequence, long revision, long salt) {
    static final int BYTES = 64;
    /** The format that this code writes, and the newest that it reads. */
    static final int FORMAT = 1;

    private static final int CRC_OFFSET = 40;

    /** Which file it is. */
    enum Kind {
        LOG(0x4b_41_4e_54_4f_4b_55_4cL), // "KANTOKUL"
        SNAPSHOT(0x4b_41_4e_54_4f_4b_55_53L); // "KANTOKUS"

        private final long magic;

        Kind(long magic) {
            this.magic = magic;
        }
    }

    ByteBuffer encode() {
        return encode(FORMAT);
    }

    ByteBuffer encode(int format) {
        ByteBuffer header = ByteBuffer.allocate(BYTES);
        header.putLong(kind.magic).putInt(format).putInt(0).putLong(sequence).putLong(revision);
        header.putLong(salt).putInt(checksum(header)).rewind();
        return header;
    }

    /** @throws StoreException {@link Code#UNREADABLE} when it is not the header of such a file in a known format */
    static FileHeader read(Kind kind, ByteBuffer file, Path path) {
        if (file.limit() < BYTES || file.getLong(0) != kind.magic) {
            throw new StoreException(
                    Code.UNREADABLE,
                    path + " is not a Kantoku " + kind.name().toLowerCase(java.util.Locale.ROOT)
                            + " file; restore the directory from a backup, or move the file away if it is not Kantoku's");
        }
        int format = file.getInt(8);
        if (format > FORMAT) {
            throw new StoreException(
                    Code.UNREADABLE,
                    path + " has format " + format + ", this version of Kantoku knows formats up to " + FORMAT
                            + "; start the newer version that wrote it");
        }
        if (checksum(file) != file.getInt(CRC_OFFSET)) {
            throw new StoreException(
                    Code.UNREADABLE, "the header of " + path + " is damaged; restore the directory from a backup");
        }
        return new FileHeader(kind, file.getLong(16), file.getLong(24), file.getLong(32));
    }

    private static int checksum(ByteBuffer file) {
        CRC32C crc = new CRC32C();
        crc.update(file.slice(0, CRC_OFFSET));
        return (int) crc.getValue();
    }
}
