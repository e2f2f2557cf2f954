package io.kantoku.supervisor.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.kantoku.vsphere.VsphereException;
import io.kantoku.vsphere.net.Cidr;
import io.kantoku.vsphere.net.IpRange;
import io.kantoku.vsphere.net.Ipv4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads the members of one object of a specification; what is missing or malformed becomes a fault with the field's path. */
final class SpecFields {
    private final JsonNode node;
    private final String path;
    private final Faults faults;

    SpecFields(JsonNode node, String path, Faults faults) {
        this.node = node;
        this.path = path;
        this.faults = faults;
    }

    String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    boolean has(String name) {
        return node.hasNonNull(name);
    }

    SpecFields object(String name) {
        if (!node.path(name).isObject()) {
            faults.add(at(name), "is required");
        }
        return optional(name);
    }

    SpecFields optional(String name) {
        JsonNode value = node.path(name);
        return new SpecFields(value.isObject() ? value : MissingNode.getInstance(), at(name), faults);
    }

    /** The objects of a list; a fault when there is none. */
    List<SpecFields> objects(String name) {
        List<SpecFields> objects = new ArrayList<>();
        int index = 0;
        for (JsonNode item : node.path(name)) {
            objects.add(new SpecFields(item, at(name) + "[" + index++ + "]", faults));
        }
        if (objects.isEmpty()) {
            faults.add(at(name), "is required and must have at least one entry");
        }
        return objects;
    }

    List<SpecFields> optionalObjects(String name) {
        return has(name) && !node.path(name).isEmpty() ? objects(name) : List.of();
    }

    String text(String name) {
        String text = node.path(name).asText("");
        return node.hasNonNull(name) ? text : "";
    }

    String required(String name) {
        String text = text(name);
        if (text.isEmpty() && node.isObject()) {
            faults.add(at(name), "is required");
        }
        return text;
    }

    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        for (JsonNode item : node.path(name)) {
            texts.add(item.asText());
        }
        return texts;
    }

    /** A list of IP addresses. */
    List<String> addresses(String name) {
        List<String> addresses = texts(name);
        for (String address : addresses) {
            parse(name, address, Ipv4Address::parse);
        }
        return addresses;
    }

    <E extends Enum<E>> Optional<E> oneOf(String name, Class<E> type) {
        String text = required(name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Optional<E> match = Stream.of(type.getEnumConstants())
                .filter(constant -> constant.name().equals(text))
                .findFirst();
        if (match.isEmpty()) {
            faults.add(at(name), "'" + text + "' is not one of " + List.of(type.getEnumConstants()));
        }
        return match;
    }

    long number(String name, long least, long most) {
        JsonNode value = node.path(name);
        if (!value.isIntegralNumber() || value.asLong() < least || value.asLong() > most) {
            if (node.isObject()) {
                faults.add(at(name), "must be a whole number from " + least + " to " + most + ", found " + value);
            }
            return least;
        }
        return value.asLong();
    }

    Optional<Ipv4Address> address(String name) {
        String text = required(name);
        return text.isEmpty() ? Optional.empty() : parse(name, text, Ipv4Address::parse);
    }

    /** {@code {address, count}}. */
    Optional<IpRange> range(String addressName, String countName) {
        Optional<Ipv4Address> first = address(addressName);
        long count = number(countName, 1, 1 << 20);
        return first.flatMap(address -> parse(addressName, address.toString(), any -> IpRange.of(address, count)));
    }

    /** {@code {address, prefix}}. */
    Optional<Cidr> cidr(String addressName, String prefixName) {
        Optional<Ipv4Address> base = address(addressName);
        int before = faults.texts().size();
        long prefix = number(prefixName, 8, 30);
        if (faults.texts().size() > before) {
            return Optional.empty();
        }
        return base.flatMap(address -> parse(addressName, address + "/" + prefix, Cidr::parse));
    }

    /** The subnet that an address and a mask such as 255.255.255.0 are in. */
    Optional<Cidr> subnet(Optional<Ipv4Address> address, String maskName) {
        Optional<Ipv4Address> mask = address(maskName);
        if (address.isEmpty() || mask.isEmpty()) {
            return Optional.empty();
        }
        return parse(maskName, mask.get().toString(), any -> Cidr.of(address.get(), mask.get()));
    }

    private <T> Optional<T> parse(String name, String text, Function<String, T> parser) {
        try {
            return Optional.of(parser.apply(text));
        } catch (VsphereException | IllegalArgumentException e) {
            faults.add(at(name), String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }
}
