package io.kantoku.network.dns;

import java.util.Optional;

/** What is known of a name. Names are lower case, absolute, without the last dot. */
public sealed interface DnsRecord {
    /** The number of the record's type; RFC 1035 §3.2.2, RFC 2782. */
    int type();

    int TYPE_A = 1;
    int TYPE_CNAME = 5;
    int TYPE_SOA = 6;
    int TYPE_PTR = 12;
    int TYPE_TXT = 16;
    int TYPE_SRV = 33;
    int TYPE_ANY = 255;

    /** An address, dotted. */
    record A(String address) implements DnsRecord {
        @Override
        public int type() {
            return TYPE_A;
        }
    }

    /** Another name for it. */
    record Cname(String target) implements DnsRecord {
        @Override
        public int type() {
            return TYPE_CNAME;
        }
    }

    /** The name of an address. */
    record Ptr(String target) implements DnsRecord {
        @Override
        public int type() {
            return TYPE_PTR;
        }
    }

    /** Where a service is. */
    record Srv(int port, String target) implements DnsRecord {
        @Override
        public int type() {
            return TYPE_SRV;
        }
    }

    /** A text. */
    record Txt(String text) implements DnsRecord {
        @Override
        public int type() {
            return TYPE_TXT;
        }
    }

    /** The zone; {@code serial} is of no use to anybody. */
    record Soa(String zone) implements DnsRecord {
        @Override
        public int type() {
            return TYPE_SOA;
        }
    }

    /** A record and the name that it is of; empty for the name that was asked for. */
    record Named(Optional<String> name, DnsRecord record) {}
}
