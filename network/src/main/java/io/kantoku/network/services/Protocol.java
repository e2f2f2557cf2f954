package io.kantoku.network.services;

import java.util.Locale;
import java.util.Optional;

/** What a port of a Service speaks. */
public enum Protocol {
    TCP(6),
    UDP(17),
    SCTP(132);

    private final int number;

    Protocol(int number) {
        this.number = number;
    }

    /** In IP headers. */
    public int number() {
        return number;
    }

    /** As nftables and DNS write it. */
    public String lowerCase() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** By the API's name; absent means TCP. */
    public static Optional<Protocol> named(String name) {
        return switch (name) {
            case "", "TCP" -> Optional.of(TCP);
            case "UDP" -> Optional.of(UDP);
            case "SCTP" -> Optional.of(SCTP);
            default -> Optional.empty();
        };
    }
}
