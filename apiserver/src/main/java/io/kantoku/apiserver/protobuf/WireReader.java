package io.kantoku.apiserver.protobuf;

import io.kantoku.apimachinery.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the wire format of protobuf: a sequence of numbered values. */
final class WireReader {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int FIXED32 = 5;

    private final byte[] buffer;
    private final int end;
    private int position;

    WireReader(byte[] buffer, int start, int end) {
        this.buffer = buffer;
        this.position = start;
        this.end = end;
    }

    boolean more() {
        return position < end;
    }

    /** Field number times eight plus wire type. */
    int tag() {
        long tag = varint();
        if (tag <= 0 || tag > Integer.MAX_VALUE) {
            throw malformed();
        }
        return (int) tag;
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (position >= end) {
                throw malformed();
            }
            byte next = buffer[position++];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw malformed();
    }

    double fixed64() {
        need(8);
        long bits = 0;
        for (int i = 7; i >= 0; i--) {
            bits = (bits << 8) | (buffer[position + i] & 0xff);
        }
        position += 8;
        return Double.longBitsToDouble(bits);
    }

    /** A message within this one; shares the bytes. */
    WireReader message() {
        int length = length();
        WireReader message = new WireReader(buffer, position, position + length);
        position += length;
        return message;
    }

    String text() {
        int length = length();
        String text = new String(buffer, position, length, StandardCharsets.UTF_8);
        position += length;
        return text;
    }

    byte[] bytes() {
        int length = length();
        byte[] bytes = Arrays.copyOfRange(buffer, position, position + length);
        position += length;
        return bytes;
    }

    void skip(int wireType) {
        switch (wireType) {
            case VARINT -> varint();
            case FIXED64 -> {
                need(8);
                position += 8;
            }
            case BYTES -> {
                int length = length();
                position += length;
            }
            case FIXED32 -> {
                need(4);
                position += 4;
            }
            default -> throw malformed();
        }
    }

    private int length() {
        long length = varint();
        if (length < 0 || length > end - position) {
            throw malformed();
        }
        return (int) length;
    }

    private void need(int count) {
        if (end - position < count) {
            throw malformed();
        }
    }

    static ApiException malformed() {
        return ApiException.badRequest("the body is not a valid protobuf message");
    }
}
