package io.kantoku.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A batch of changes as it stands in the log, whole or not at all.
 *
 * <pre>
 * salt 8 | CRC32C of all that follows 4 | body length 4 | first revision 8 | changes 4 | 0 4 | body | zeros up to a multiple of 8
 * body:  key length 4 | value length 4, -1 for a removal | key in UTF-8 | value
 * </pre>
 *
 * The salt is the segment's and secret, so that no value can contain what passes for a frame. Numbers are big-endian.
 *
 * @param end where the next frame begins
 */
record Frame(long firstRevision, List<Mutation> mutations, int end) {
    /** A change without what can be told from the state before it. */
    @SuppressWarnings("ArrayRecordComponent") // short-lived, never compared
    record Mutation(String key, byte @Nullable [] value) {}

    static final int ALIGNMENT = 8;
    private static final int HEADER_BYTES = 32;
    private static final int CRC_OFFSET = 8;
    private static final int CHECKED_OFFSET = 12;
    private static final int MUTATION_HEADER_BYTES = 8;

    /** How many bytes a frame of some changes takes at most. */
    static long maxBytes(List<Change> changes) {
        long bytes = HEADER_BYTES + ALIGNMENT;
        for (Change change : changes) {
            Entry current = change.current();
            bytes +=
                    MUTATION_HEADER_BYTES + 3L * change.key().length() + (current == null ? 0 : current.value().length);
        }
        return bytes;
    }

    /** Writes a frame of changes with consecutive revisions at a buffer's start and flips it; the salt is left out. */
    static void encode(List<Change> changes, ByteBuffer into) {
        into.clear().position(HEADER_BYTES);
        for (Change change : changes) {
            byte[] key = change.key().getBytes(StandardCharsets.UTF_8);
            Entry current = change.current();
            into.putInt(key.length)
                    .putInt(current == null ? -1 : current.value().length)
                    .put(key);
            if (current != null) {
                into.put(current.value());
            }
        }
        int bodyLength = into.position() - HEADER_BYTES;
        while (into.position() % ALIGNMENT != 0) {
            into.put((byte) 0);
        }
        into.flip();
        into.putInt(CHECKED_OFFSET, bodyLength)
                .putLong(16, changes.getFirst().revision())
                .putInt(24, changes.size())
                .putInt(28, 0);
        into.putInt(CRC_OFFSET, checksum(into, 0, HEADER_BYTES + bodyLength));
    }

    static void salt(ByteBuffer frame, long salt) {
        frame.putLong(0, salt);
    }

    /** The frame at a position of a segment, empty when there is none or it is damaged. */
    static Optional<Frame> read(ByteBuffer segment, int position, long salt) {
        if (segment.limit() - position < HEADER_BYTES || segment.getLong(position) != salt) {
            return Optional.empty();
        }
        int bodyLength = segment.getInt(position + CHECKED_OFFSET);
        if (bodyLength < 0 || bodyLength > segment.limit() - position - HEADER_BYTES) {
            return Optional.empty();
        }
        int end = position + HEADER_BYTES + bodyLength;
        if (checksum(segment, position, end) != segment.getInt(position + CRC_OFFSET)) {
            return Optional.empty();
        }
        ByteBuffer body = segment.slice(position + HEADER_BYTES, bodyLength);
        int count = segment.getInt(position + 24);
        List<Mutation> mutations = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] key = new byte[body.getInt()];
            int valueLength = body.getInt();
            body.get(key);
            byte[] value = valueLength < 0 ? null : new byte[valueLength];
            if (value != null) {
                body.get(value);
            }
            mutations.add(new Mutation(new String(key, StandardCharsets.UTF_8), value));
        }
        int aligned = Math.ceilDiv(end, ALIGNMENT) * ALIGNMENT;
        return Optional.of(new Frame(segment.getLong(position + 16), mutations, aligned));
    }

    private static int checksum(ByteBuffer buffer, int start, int end) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.slice(start + CHECKED_OFFSET, end - start - CHECKED_OFFSET));
        return (int) crc.getValue();
    }
}
