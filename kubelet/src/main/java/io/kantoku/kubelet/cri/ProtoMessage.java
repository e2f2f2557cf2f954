package io.kantoku.kubelet.cri;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A message that came in protobuf's wire format. Absent fields read as their default; unknown ones are passed over. */
final class ProtoMessage {
    private static final ProtoMessage EMPTY = new ProtoMessage(new byte[0]);
    private static final byte[] NOTHING = new byte[0];

    /** One occurrence of a field: a number, or bytes when it is delimited. */
    @SuppressWarnings("ArrayRecordComponent") // occurrences are not compared
    private record Value(long number, byte[] bytes) {}

    private final Map<Integer, List<Value>> fields = new LinkedHashMap<>();

    /** @throws IllegalArgumentException when the bytes are no message */
    ProtoMessage(byte[] bytes) {
        Cursor cursor = new Cursor(bytes);
        while (cursor.more()) {
            long tag = cursor.varint();
            Value value = switch ((int) (tag & 7)) {
                case 0 -> new Value(cursor.varint(), NOTHING);
                case 1 -> new Value(0, cursor.take(8));
                case 2 -> new Value(0, cursor.take(cursor.varint()));
                case 5 -> new Value(0, cursor.take(4));
                default -> throw new IllegalArgumentException("wire type " + (tag & 7) + " is not known");
            };
            fields.computeIfAbsent((int) (tag >>> 3), _ -> new ArrayList<>()).add(value);
        }
    }

    long number(int field) {
        List<Value> values = fields.get(field);
        return values == null ? 0 : values.getLast().number();
    }

    boolean flag(int field) {
        return number(field) != 0;
    }

    byte[] bytes(int field) {
        List<Value> values = fields.get(field);
        return values == null ? NOTHING : values.getLast().bytes();
    }

    String text(int field) {
        return new String(bytes(field), StandardCharsets.UTF_8);
    }

    List<String> texts(int field) {
        return fields.getOrDefault(field, List.of()).stream()
                .map(value -> new String(value.bytes(), StandardCharsets.UTF_8))
                .toList();
    }

    ProtoMessage message(int field) {
        return fields.containsKey(field) ? new ProtoMessage(bytes(field)) : EMPTY;
    }

    List<ProtoMessage> messages(int field) {
        return fields.getOrDefault(field, List.of()).stream()
                .map(value -> new ProtoMessage(value.bytes()))
                .toList();
    }

    Map<String, String> map(int field) {
        Map<String, String> map = new LinkedHashMap<>();
        messages(field).forEach(entry -> map.put(entry.text(1), entry.text(2)));
        return map;
    }

    /** Where the reading is. */
    private static final class Cursor {
        private final byte[] bytes;
        private int at;

        Cursor(byte[] bytes) {
            this.bytes = bytes;
        }

        boolean more() {
            return at < bytes.length;
        }

        long varint() {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                byte next = take(1)[0];
                value |= (long) (next & 0x7F) << shift;
                if (next >= 0) {
                    return value;
                }
            }
            throw new IllegalArgumentException("a number is longer than ten bytes");
        }

        byte[] take(long count) {
            if (count < 0 || count > bytes.length - at) {
                throw new IllegalArgumentException("the message ends in the middle of a field");
            }
            byte[] taken = Arrays.copyOfRange(bytes, at, at + (int) count);
            at += (int) count;
            return taken;
        }
    }
}
