package io.kantoku.apiserver.protobuf;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the protobuf wire format: the fields of one message. */
final class WireWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    byte[] toBytes() {
        return out.toByteArray();
    }

    /** A value without its tag, for packed and nested use. */
    private void raw(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    private void tag(int field, int wireType) {
        raw(((long) field << 3) | wireType);
    }

    void varint(int field, long value) {
        tag(field, WireReader.VARINT);
        raw(value);
    }

    void fixed64(int field, double value) {
        tag(field, WireReader.FIXED64);
        long bits = Double.doubleToLongBits(value);
        for (int i = 0; i < Long.BYTES; i++) {
            out.write((int) (bits >>> (8 * i)));
        }
    }

    void bytes(int field, byte[] value) {
        tag(field, WireReader.BYTES);
        raw(value.length);
        out.writeBytes(value);
    }

    void text(int field, String value) {
        bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }
}
