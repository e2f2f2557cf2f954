package io.kantoku.kubelet.cri;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;

/** Writes one message in protobuf's wire format; values that are the default are left out, as proto3 does. */
final class ProtoWriter {
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    ProtoWriter number(int field, long value) {
        if (value != 0) {
            varint(((long) field << 3) | VARINT);
            varint(value);
        }
        return this;
    }

    ProtoWriter flag(int field, boolean value) {
        return number(field, value ? 1 : 0);
    }

    ProtoWriter text(int field, String value) {
        return value.isEmpty() ? this : delimited(field, value.getBytes(StandardCharsets.UTF_8));
    }

    ProtoWriter texts(int field, Collection<String> values) {
        values.forEach(value -> delimited(field, value.getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    /** A message that is there even when nothing is in it. */
    ProtoWriter message(int field, ProtoWriter value) {
        return delimited(field, value.toBytes());
    }

    ProtoWriter map(int field, Map<String, String> values) {
        values.forEach(
                (key, value) -> message(field, new ProtoWriter().text(1, key).text(2, value)));
        return this;
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }

    private ProtoWriter delimited(int field, byte[] value) {
        varint(((long) field << 3) | LENGTH_DELIMITED);
        varint(value.length);
        bytes.writeBytes(value);
        return this;
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes.write((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }
}
