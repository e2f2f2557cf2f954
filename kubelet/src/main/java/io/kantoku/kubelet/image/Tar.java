package io.kantoku.kubelet.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Archives in the ustar format of POSIX.1-1988: as much of it as images need. */
final class Tar {
    private static final int BLOCK = 512;
    private static final int NAME_BYTES = 100;

    private Tar() {}

    /** What kind of file an entry is. */
    enum Kind {
        FILE('0'),
        LINK('2'),
        DIRECTORY('5');

        private final char flag;

        Kind(char flag) {
            this.flag = flag;
        }
    }

    /**
     * The head of an entry.
     *
     * @param target of a symbolic link
     */
    record Entry(String name, Kind kind, int mode, long size, String target) {
        static Entry file(String name, int mode, long size) {
            return new Entry(name, Kind.FILE, mode, size, "");
        }

        static Entry directory(String name) {
            return new Entry(name, Kind.DIRECTORY, 0755, 0, "");
        }

        static Entry link(String name, String target) {
            return new Entry(name, Kind.LINK, 0777, 0, target);
        }
    }

    /** Writes archives whose bytes depend on nothing but their entries: no times, no users. */
    static final class Writer implements AutoCloseable {
        private final OutputStream out;

        Writer(OutputStream out) {
            this.out = out;
        }

        void add(Entry entry, InputStream content) throws IOException {
            out.write(header(entry));
            long copied = content.transferTo(out);
            if (copied != entry.size()) {
                throw new IOException(entry.name() + " has " + copied + " bytes instead of " + entry.size());
            }
            out.write(new byte[padding(entry.size())]);
        }

        void add(String name, int mode, byte[] content) throws IOException {
            add(Entry.file(name, mode, content.length), new ByteArrayInputStream(content));
        }

        void add(Entry entry) throws IOException {
            add(entry, InputStream.nullInputStream());
        }

        @Override
        public void close() throws IOException {
            out.write(new byte[2 * BLOCK]);
            out.close();
        }
    }

    private static byte[] header(Entry entry) throws IOException {
        byte[] header = new byte[BLOCK];
        byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
        byte[] target = entry.target().getBytes(StandardCharsets.UTF_8);
        if (name.length > NAME_BYTES || target.length > NAME_BYTES) {
            throw new IOException("a name in an image has more than " + NAME_BYTES + " bytes: " + entry.name());
        }
        System.arraycopy(name, 0, header, 0, name.length);
        put(header, 100, "%07o".formatted(entry.mode()));
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, "%011o".formatted(entry.size()));
        put(header, 136, "00000000000");
        put(header, 148, "        ");
        header[156] = (byte) entry.kind().flag;
        System.arraycopy(target, 0, header, 157, target.length);
        put(header, 257, "ustar");
        put(header, 263, "00");
        int sum = 0;
        for (byte value : header) {
            sum += value & 0xFF;
        }
        put(header, 148, "%06o".formatted(sum));
        header[154] = 0;
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    private static int padding(long size) {
        return (int) ((BLOCK - size % BLOCK) % BLOCK);
    }

    /**
     * Reads an archive from its beginning. Entries are met as raw blocks, so that whatever an archive has (long names, extended
     * headers) can be copied without being understood.
     */
    static final class Reader {
        private final InputStream in;
        private byte[] header = new byte[0];
        private long left;
        private int pad;

        Reader(InputStream in) {
            this.in = in;
        }

        /** Goes on to the next entry; whether there is one. */
        boolean next() throws IOException {
            in.skipNBytes(left + pad);
            left = 0;
            pad = 0;
            header = in.readNBytes(BLOCK);
            if (header.length < BLOCK || allZero(header)) {
                return false;
            }
            long size = size();
            left = size;
            pad = padding(size);
            return true;
        }

        /** Its short name, without a leading {@code ./}. */
        String name() {
            String name = text(0, NAME_BYTES);
            return name.startsWith("./") ? name.substring(2) : name;
        }

        long size() throws IOException {
            if ((header[124] & 0x80) != 0) { // a number in base 256, of files over 8 GiB
                long size = 0;
                for (int i = 128; i < 136; i++) {
                    size = (size << 8) | (header[i] & 0xFF);
                }
                return size;
            }
            String digits = text(124, 12).strip();
            try {
                return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
            } catch (NumberFormatException e) {
                throw new IOException("not a tar archive", e);
            }
        }

        byte[] content(int limit) throws IOException {
            if (left > limit) {
                throw new IOException(name() + " has more than " + limit + " bytes");
            }
            byte[] content = in.readNBytes((int) left);
            left -= content.length;
            return content;
        }

        /** Copies the entry as it is. */
        void copyTo(OutputStream out) throws IOException {
            out.write(header);
            byte[] buffer = new byte[64 * 1024];
            long rest = left + pad;
            while (rest > 0) {
                int read = in.read(buffer, 0, (int) Math.min(buffer.length, rest));
                if (read < 0) {
                    throw new IOException("the archive ends in the middle of " + name());
                }
                out.write(buffer, 0, read);
                rest -= read;
            }
            left = 0;
            pad = 0;
        }

        private String text(int from, int length) {
            int end = from;
            while (end < from + length && header[end] != 0) {
                end++;
            }
            return new String(header, from, end - from, StandardCharsets.UTF_8);
        }

        private static boolean allZero(byte[] block) {
            return Arrays.equals(block, new byte[BLOCK]);
        }
    }
}
