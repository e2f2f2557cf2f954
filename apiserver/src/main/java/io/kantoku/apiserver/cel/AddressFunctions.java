package io.kantoku.apiserver.cel;

import static io.kantoku.apiserver.cel.Kinds.ADDRESS;
import static io.kantoku.apiserver.cel.Kinds.CIDR;
import static io.kantoku.apiserver.cel.Kinds.IP;
import static io.kantoku.apiserver.cel.Kinds.NETWORK;
import static io.kantoku.apiserver.cel.Kinds.TEXT;

import dev.cel.common.types.SimpleType;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** {@code ip, isIP, ip.isCanonical, cidr, isCIDR} and questions to both (Kubernetes' CEL IP and CIDR libraries). */
@SuppressWarnings("Immutable") // what the functions close over does not change
final class AddressFunctions {
    private AddressFunctions() {}

    static void addTo(Functions functions) {
        addresses(functions);
        networks(functions);
    }

    private static void addresses(Functions functions) {
        functions
                .global("ip", "string_to_ip", IP, List.of(TEXT), args -> IpAddress.parse((String) args[0]))
                .global(
                        "isIP",
                        "is_ip",
                        SimpleType.BOOL,
                        List.of(TEXT),
                        args -> parses(IpAddress::parse, (String) args[0]))
                .global(
                        "ip.isCanonical",
                        "ip_is_canonical",
                        SimpleType.BOOL,
                        List.of(TEXT),
                        args -> IpAddress.parse((String) args[0]).toString().equals(args[0]))
                .global("string", "ip_to_string", SimpleType.STRING, List.of(ADDRESS), args -> args[0].toString())
                .member(
                        "family",
                        "ip_family",
                        SimpleType.INT,
                        List.of(ADDRESS),
                        args -> ((IpAddress) args[0]).family());
        question(functions, "isUnspecified", ip -> ip.address().isAnyLocalAddress());
        question(functions, "isLoopback", ip -> ip.address().isLoopbackAddress());
        question(
                functions,
                "isLinkLocalMulticast",
                ip -> linkLocalMulticast(ip.address().getAddress()));
        question(functions, "isLinkLocalUnicast", ip -> ip.address().isLinkLocalAddress());
        question(functions, "isGlobalUnicast", IpAddress::globalUnicast);
    }

    private static boolean linkLocalMulticast(byte[] bytes) {
        return bytes.length == 4
                ? (bytes[0] & 0xff) == 224 && bytes[1] == 0 && bytes[2] == 0
                : (bytes[0] & 0xff) == 0xff && (bytes[1] & 0x0f) == 2;
    }

    private static void question(Functions functions, String name, Predicate<IpAddress> holds) {
        functions.member(
                name, "ip_" + name, SimpleType.BOOL, List.of(ADDRESS), args -> holds.test((IpAddress) args[0]));
    }

    private static void networks(Functions functions) {
        functions
                .global(
                        "cidr",
                        "string_to_cidr",
                        CIDR,
                        List.of(TEXT),
                        args -> IpAddress.Network.parse((String) args[0]))
                .global(
                        "isCIDR",
                        "is_cidr",
                        SimpleType.BOOL,
                        List.of(TEXT),
                        args -> parses(IpAddress.Network::parse, (String) args[0]))
                .global("string", "cidr_to_string", SimpleType.STRING, List.of(NETWORK), args -> args[0].toString())
                .member(
                        "containsIP",
                        "cidr_contains_ip_string",
                        SimpleType.BOOL,
                        List.of(NETWORK, TEXT),
                        args -> network(args).contains(IpAddress.parse((String) args[1])))
                .member(
                        "containsIP",
                        "cidr_contains_ip_ip",
                        SimpleType.BOOL,
                        List.of(NETWORK, ADDRESS),
                        args -> network(args).contains((IpAddress) args[1]))
                .member(
                        "containsCIDR",
                        "cidr_contains_cidr_string",
                        SimpleType.BOOL,
                        List.of(NETWORK, TEXT),
                        args -> network(args).contains(IpAddress.Network.parse((String) args[1])))
                .member(
                        "containsCIDR",
                        "cidr_contains_cidr",
                        SimpleType.BOOL,
                        List.of(NETWORK, NETWORK),
                        args -> network(args).contains((IpAddress.Network) args[1]))
                .member(
                        "ip",
                        "cidr_ip",
                        IP,
                        List.of(NETWORK),
                        args -> network(args).base())
                .member(
                        "masked",
                        "cidr_masked",
                        CIDR,
                        List.of(NETWORK),
                        args -> network(args).masked())
                .member("prefixLength", "cidr_prefix_length", SimpleType.INT, List.of(NETWORK), args ->
                        (long) network(args).length());
    }

    private static IpAddress.Network network(Object[] args) {
        return (IpAddress.Network) args[0];
    }

    private static boolean parses(Consumer<String> parser, String text) {
        try {
            parser.accept(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
