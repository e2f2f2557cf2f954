package io.kantoku.network.dns;

import io.kantoku.network.Ipv4Range;
import io.kantoku.network.dns.DnsAnswer.Code;
import io.kantoku.network.dns.DnsRecord.Named;
import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The bytes of questions and answers; RFC 1035 §4, and RFC 6891 for the size of answers. */
final class DnsMessage {
    /** The largest answer without EDNS, and with it: what passes every link whole. */
    static final int PLAIN_SIZE = 512;

    static final int EDNS_SIZE = 1232;
    static final int TCP_SIZE = 0xffff;

    private static final int HEADER = 12;
    private static final int CLASS_IN = 1;
    private static final int CLASS_ANY = 255;
    private static final int TYPE_OPT = 41;
    private static final int RESPONSE = 0x8000;
    private static final int OPCODE = 0x7800;
    private static final int AUTHORITATIVE = 0x0400;
    private static final int TRUNCATED = 0x0200;
    private static final int RECURSION_DESIRED = 0x0100;
    private static final int RECURSION_AVAILABLE = 0x0080;
    private static final int POINTER = 0xc0;
    private static final int LONGEST_LABEL = 63;
    private static final int LONGEST_NAME = 253;
    private static final int FARTHEST_POINTER = 0x3fff;

    /** How long askers may remember: what Services are behind changes at any time. */
    private static final int TTL_SECONDS = 5;

    private DnsMessage() {}

    /**
     * A question.
     *
     * @param answer what can be answered without looking further: it is no question that is understood
     * @param size the largest answer that the asker takes by UDP
     * @param edns whether it speaks EDNS
     */
    record Query(int id, int flags, String name, int type, int size, boolean edns, Optional<Code> answer) {}

    /** Reads a question; empty when it is not even that, and nothing should be said. */
    static Optional<Query> read(ByteBuffer in) {
        if (in.remaining() < HEADER) {
            return Optional.empty();
        }
        int id = in.getShort() & 0xffff;
        int flags = in.getShort() & 0xffff;
        int questions = in.getShort() & 0xffff;
        int others = (in.getShort() & 0xffff) + (in.getShort() & 0xffff);
        int additional = in.getShort() & 0xffff;
        if ((flags & RESPONSE) != 0) {
            return Optional.empty();
        }
        if ((flags & OPCODE) != 0) {
            return Optional.of(new Query(id, flags, "", 0, PLAIN_SIZE, false, Optional.of(Code.NOTIMP)));
        }
        try {
            if (questions != 1 || others != 0) {
                throw new BufferUnderflowException();
            }
            String name = name(in);
            int type = in.getShort() & 0xffff;
            int dnsClass = in.getShort() & 0xffff;
            int size = additional == 0 ? 0 : ednsSize(in, additional);
            Optional<Code> answer =
                    dnsClass == CLASS_IN || dnsClass == CLASS_ANY ? Optional.empty() : Optional.of(Code.REFUSED);
            return Optional.of(
                    new Query(id, flags, name, type, Math.clamp(size, PLAIN_SIZE, EDNS_SIZE), size > 0, answer));
        } catch (BufferUnderflowException e) {
            return Optional.of(new Query(id, flags, "", 0, PLAIN_SIZE, false, Optional.of(Code.FORMERR)));
        }
    }

    /** A question's name has no pointers. */
    private static String name(ByteBuffer in) {
        StringBuilder name = new StringBuilder();
        while (true) {
            int length = in.get() & 0xff;
            if (length == 0) {
                return name.toString();
            }
            if (length > LONGEST_LABEL || name.length() + length > LONGEST_NAME) {
                throw new BufferUnderflowException();
            }
            byte[] label = new byte[length];
            in.get(label);
            for (byte letter : label) {
                if (letter == '.') { // would read as two labels
                    throw new BufferUnderflowException();
                }
            }
            name.append(name.isEmpty() ? "" : ".").append(new String(label, StandardCharsets.ISO_8859_1));
        }
    }

    /** The size that the asker takes; 0 without EDNS. */
    private static int ednsSize(ByteBuffer in, int records) {
        for (int i = 0; i < records; i++) {
            skipName(in);
            int type = in.getShort() & 0xffff;
            int size = in.getShort() & 0xffff;
            in.getInt();
            int length = in.getShort() & 0xffff;
            if (length > in.remaining()) {
                throw new BufferUnderflowException();
            }
            in.position(in.position() + length);
            if (type == TYPE_OPT) {
                return Math.max(size, PLAIN_SIZE);
            }
        }
        return 0;
    }

    private static void skipName(ByteBuffer in) {
        while (true) {
            int length = in.get() & 0xff;
            if (length == 0) {
                return;
            }
            if (length >= POINTER) {
                in.get();
                return;
            }
            if (length > in.remaining()) {
                throw new BufferUnderflowException();
            }
            in.position(in.position() + length);
        }
    }

    /** An answer of at most so many bytes; one that does not fit says so, and the asker comes again by TCP. */
    static ByteBuffer write(Query query, DnsAnswer answer, int limit) {
        try {
            return new Writer(query, limit).write(answer, 0);
        } catch (BufferOverflowException e) {
            DnsAnswer nothing = DnsAnswer.empty(answer.code());
            return new Writer(query, PLAIN_SIZE).write(nothing, TRUNCATED);
        }
    }

    private static final class Writer {
        private final Query query;
        private final ByteBuffer out;
        private final Map<String, Integer> written = new HashMap<>();

        Writer(Query query, int limit) {
            this.query = query;
            out = ByteBuffer.allocate(limit);
        }

        ByteBuffer write(DnsAnswer answer, int extra) {
            boolean question = query.answer().isEmpty() || query.answer().get() == Code.REFUSED;
            int flags = RESPONSE | (query.flags() & (OPCODE | RECURSION_DESIRED)) | RECURSION_AVAILABLE | extra;
            out.putShort((short) query.id());
            out.putShort((short)
                    (flags | (question ? AUTHORITATIVE : 0) | answer.code().number()));
            out.putShort((short) (question ? 1 : 0));
            out.putShort((short) answer.records().size());
            out.putShort((short) answer.authority().size());
            out.putShort((short) (answer.additional().size() + (query.edns() ? 1 : 0)));
            if (question) {
                name(query.name());
                out.putShort((short) query.type()).putShort((short) CLASS_IN);
            }
            records(answer.records());
            records(answer.authority());
            records(answer.additional());
            if (query.edns()) {
                out.put((byte) 0)
                        .putShort((short) TYPE_OPT)
                        .putShort((short) EDNS_SIZE)
                        .putInt(0)
                        .putShort((short) 0);
            }
            return out.flip();
        }

        private void records(List<Named> records) {
            for (Named named : records) {
                name(named.name().orElse(query.name()));
                out.putShort((short) named.record().type())
                        .putShort((short) CLASS_IN)
                        .putInt(TTL_SECONDS);
                int length = out.position();
                out.putShort((short) 0);
                data(named.record());
                out.putShort(length, (short) (out.position() - length - 2));
            }
        }

        private void data(DnsRecord record) {
            switch (record) {
                case DnsRecord.A a -> out.putInt((int) Ipv4Range.address(a.address()));
                case DnsRecord.Cname cname -> name(cname.target());
                case DnsRecord.Ptr ptr -> name(ptr.target());
                case DnsRecord.Txt txt -> {
                    byte[] bytes = txt.text().getBytes(StandardCharsets.UTF_8);
                    out.put((byte) bytes.length).put(bytes);
                }
                case DnsRecord.Srv srv -> {
                    out.putShort((short) 0).putShort((short) 100).putShort((short) srv.port());
                    uncompressed(srv.target()); // RFC 2782
                }
                case DnsRecord.Soa soa -> {
                    name("ns.dns." + soa.zone());
                    name("hostmaster." + soa.zone());
                    out.putInt(1).putInt(7200).putInt(1800).putInt(86_400).putInt(TTL_SECONDS);
                }
            }
        }

        /** A name that ends like one before points there. */
        private void name(String name) {
            String rest = name;
            while (!rest.isEmpty()) {
                Integer at = written.get(rest.toLowerCase(Locale.ROOT));
                if (at != null) {
                    out.putShort((short) (POINTER << 8 | at));
                    return;
                }
                if (out.position() <= FARTHEST_POINTER) {
                    written.put(rest.toLowerCase(Locale.ROOT), out.position());
                }
                rest = label(rest);
            }
            out.put((byte) 0);
        }

        private void uncompressed(String name) {
            String rest = name;
            while (!rest.isEmpty()) {
                rest = label(rest);
            }
            out.put((byte) 0);
        }

        private String label(String rest) {
            int dot = rest.indexOf('.');
            String label = dot < 0 ? rest : rest.substring(0, dot);
            byte[] bytes = label.getBytes(StandardCharsets.ISO_8859_1);
            if (bytes.length == 0 || bytes.length > LONGEST_LABEL) { // a name of a Service that is no name of DNS
                throw new IllegalArgumentException("not a label: \"" + label + "\"");
            }
            out.put((byte) bytes.length).put(bytes);
            return dot < 0 ? "" : rest.substring(dot + 1);
        }
    }
}
