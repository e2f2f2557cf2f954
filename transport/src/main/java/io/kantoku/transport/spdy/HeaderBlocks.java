package io.kantoku.transport.spdy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Header blocks of one connection, whose compression goes on from block to block; owned by whoever holds the connection's lock. */
final class HeaderBlocks {
    private static final int LONGEST = 64 * 1024;

    private final Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
    private final Inflater inflater = new Inflater();

    HeaderBlocks() {
        deflater.setDictionary(SpdyDictionary.bytes());
    }

    byte[] encode(Map<String, String> headers) {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        number(plain, headers.size());
        headers.forEach((name, value) -> {
            text(plain, name.toLowerCase(Locale.ROOT));
            text(plain, value);
        });
        deflater.setInput(plain.toByteArray());
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        byte[] buffer = new byte[1024];
        int count;
        do {
            count = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
            packed.write(buffer, 0, count);
        } while (count == buffer.length);
        return packed.toByteArray();
    }

    private static void number(ByteArrayOutputStream out, int number) {
        out.writeBytes(ByteBuffer.allocate(4).putInt(number).array());
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        number(out, bytes.length);
        out.writeBytes(bytes);
    }

    /** @throws IOException when it is no header block, or a bomb */
    Map<String, String> decode(ByteBuffer packed) throws IOException {
        ByteBuffer plain = ByteBuffer.wrap(inflate(packed));
        Map<String, String> headers = new LinkedHashMap<>();
        try {
            int count = plain.getInt();
            for (int i = 0; i < count; i++) {
                String name = text(plain).toLowerCase(Locale.ROOT);
                headers.merge(name, text(plain), (one, more) -> one + "\0" + more);
            }
        } catch (BufferUnderflowException e) {
            throw new IOException("a SPDY header block is cut off", e);
        }
        return headers;
    }

    private byte[] inflate(ByteBuffer packed) throws IOException {
        inflater.setInput(packed);
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        byte[] buffer = new byte[4096];
        try {
            while (true) {
                int count = inflater.inflate(buffer);
                plain.write(buffer, 0, count);
                if (plain.size() > LONGEST) {
                    throw new IOException("a SPDY header block is longer than " + LONGEST + " bytes");
                }
                if (count == 0 && inflater.needsDictionary()) {
                    inflater.setDictionary(SpdyDictionary.bytes());
                } else if (count == 0) {
                    return plain.toByteArray();
                }
            }
        } catch (DataFormatException | IllegalArgumentException e) {
            throw new IOException("a SPDY header block is not compressed as it should be: " + e.getMessage(), e);
        }
    }

    private static String text(ByteBuffer from) throws IOException {
        int length = from.getInt();
        if (length < 0 || length > from.remaining()) {
            throw new IOException("a SPDY header block is cut off");
        }
        byte[] bytes = new byte[length];
        from.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
