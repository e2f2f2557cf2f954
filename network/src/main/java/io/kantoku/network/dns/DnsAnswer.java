package io.kantoku.network.dns;

import java.util.List;

/**
 * What is answered to a question.
 *
 * @param authority for an answer without records: the zone that says so
 * @param additional what the asker will ask for next
 */
public record DnsAnswer(
        Code code, List<DnsRecord.Named> records, List<DnsRecord.Named> authority, List<DnsRecord.Named> additional) {
    /** RFC 1035 §4.1.1; NOERROR without records means that the name exists and has none of that type. */
    public enum Code {
        NOERROR(0),
        FORMERR(1),
        NXDOMAIN(3),
        NOTIMP(4),
        REFUSED(5);

        private final int number;

        Code(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }

    public DnsAnswer {
        records = List.copyOf(records);
        authority = List.copyOf(authority);
        additional = List.copyOf(additional);
    }

    static DnsAnswer empty(Code code) {
        return new DnsAnswer(code, List.of(), List.of(), List.of());
    }
}
