package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.GroupKind;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apiserver.registry.ObjectReader;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Gives Services their cluster addresses and node ports.
 *
 * <p>What is taken is read from the Services that exist, so that nothing has to be freed. A number given out for a write that
 * is still on its way is held for a while, so that two writes at once do not get the same.
 */
public final class ServiceAddresses implements AdmissionPlugin {
    private static final GroupResource SERVICES = new GroupResource("", "services");
    private static final GroupKind SERVICE = new GroupKind("", "Service");
    private static final int FIRST_NODE_PORT = 30000;
    private static final int LAST_NODE_PORT = 32767;
    private static final int TRIES = 1000;
    private static final Duration HOLD = Duration.ofSeconds(30);

    private final ObjectReader objects;
    private final ServiceNetwork networks;
    private final RandomGenerator random;
    private final InstantSource clock;
    private final Map<ClusterId, Book> books = new HashMap<>();

    /** What one cluster has given out lately, and what its Services hold; guarded by itself. */
    private static final class Book {
        private final Map<Long, Instant> heldAddresses = new HashMap<>();
        private final Map<Long, Instant> heldPorts = new HashMap<>();
        private final Set<Long> addresses = new HashSet<>();
        private final Set<Long> ports = new HashSet<>();
        private long version = -1;
    }

    public ServiceAddresses(
            ObjectReader objects, ServiceNetwork networks, RandomGenerator random, InstantSource clock) {
        this.objects = objects;
        this.networks = networks;
        this.random = random;
        this.clock = clock;
    }

    @Override
    public void mutate(AdmissionRequest request) {
        ObjectNode service = request.object();
        if (service == null
                || !request.type().name().equals(SERVICES)
                || !request.subresource().isEmpty()
                || request.operation() == AdmissionRequest.Operation.DELETE) {
            return;
        }
        Book book;
        synchronized (books) {
            book = books.computeIfAbsent(request.cluster(), any -> new Book());
        }
        synchronized (book) {
            refresh(book, request.cluster());
            ObjectNode spec = service.withObjectProperty("spec");
            address(request, book, spec);
            ports(request, book, spec);
        }
    }

    private void refresh(Book book, ClusterId cluster) {
        Instant now = clock.instant();
        book.heldAddresses.values().removeIf(until -> until.isBefore(now));
        book.heldPorts.values().removeIf(until -> until.isBefore(now));
        long version = objects.version(cluster, SERVICES);
        if (version == book.version) {
            return;
        }
        book.version = version;
        book.addresses.clear();
        book.ports.clear();
        for (KubeObject service : objects.list(cluster, SERVICES, "")) {
            Ipv4Block.number(service.text("spec", "clusterIP")).ifPresent(book.addresses::add);
            nodePorts(service.at("spec")).forEach(book.ports::add);
        }
    }

    private void address(AdmissionRequest request, Book book, ObjectNode spec) {
        if (spec.path("type").asText().equals("ExternalName")) {
            spec.remove(List.of("clusterIP", "clusterIPs"));
            return;
        }
        String old = request.old() == null
                ? ""
                : request.old().path("spec").path("clusterIP").asText();
        String wanted = spec.path("clusterIP").asText();
        if (wanted.isEmpty()) {
            wanted = old;
        }
        if (!wanted.equals("None") && !(wanted.equals(old) && !old.isEmpty())) {
            Ipv4Block block = Ipv4Block.parse(networks.serviceCidr(request.cluster())
                    .orElseThrow(() -> ApiException.internal("the cluster has no service network")));
            wanted = wanted.isEmpty() ? freeAddress(request, book, block) : claim(request, book, block, wanted);
        }
        spec.put("clusterIP", wanted);
        spec.putArray("clusterIPs").add(wanted);
    }

    private String claim(AdmissionRequest request, Book book, Ipv4Block block, String wanted) {
        OptionalLong number = Ipv4Block.number(wanted);
        if (number.isEmpty()) {
            throw invalid(
                    request,
                    "spec.clusterIP",
                    TextNode.valueOf(wanted),
                    "must be empty, 'None', or a valid IP address");
        }
        if (!block.contains(number.getAsLong())) {
            throw invalid(
                    request,
                    "spec.clusterIPs",
                    listOf(wanted),
                    "failed to allocate IP " + wanted + ": the provided IP is not in the valid range "
                            + Ipv4Block.text(block.first()) + "/" + (32 - Long.numberOfTrailingZeros(block.size())));
        }
        if (book.addresses.contains(number.getAsLong()) || book.heldAddresses.containsKey(number.getAsLong())) {
            throw invalid(
                    request,
                    "spec.clusterIPs",
                    listOf(wanted),
                    "failed to allocate IP " + wanted + ": provided IP is already allocated");
        }
        hold(request, book.heldAddresses, number.getAsLong());
        return wanted;
    }

    /** A random address but for the first, which is the API's, and the last; in order when the block is nearly full. */
    private String freeAddress(AdmissionRequest request, Book book, Ipv4Block block) {
        long usable = block.size() - 2;
        for (int i = 0; i < TRIES; i++) {
            long candidate = block.first() + 1 + random.nextLong(Math.max(1, usable));
            if (free(book, candidate, block)) {
                hold(request, book.heldAddresses, candidate);
                return Ipv4Block.text(candidate);
            }
        }
        for (long candidate = block.first() + 2; candidate < block.first() + block.size() - 1; candidate++) {
            if (free(book, candidate, block)) {
                hold(request, book.heldAddresses, candidate);
                return Ipv4Block.text(candidate);
            }
        }
        throw ApiException.internal("failed to allocate a serviceIP: range is full");
    }

    private static boolean free(Book book, long candidate, Ipv4Block block) {
        return candidate > block.first() + 1
                && !book.addresses.contains(candidate)
                && !book.heldAddresses.containsKey(candidate);
    }

    private void ports(AdmissionRequest request, Book book, ObjectNode spec) {
        String type = spec.path("type").asText();
        boolean needed = type.equals("NodePort")
                || (type.equals("LoadBalancer")
                        && spec.path("allocateLoadBalancerNodePorts").asBoolean(true));
        Set<Long> own = new HashSet<>();
        Map<String, Long> before = new HashMap<>();
        if (request.old() != null) {
            for (JsonNode port : request.old().path("spec").path("ports")) {
                if (port.path("nodePort").asLong() > 0) {
                    own.add(port.path("nodePort").asLong());
                    before.put(key(port), port.path("nodePort").asLong());
                }
            }
        }
        int index = 0;
        for (JsonNode node : spec.path("ports")) {
            ObjectNode port = (ObjectNode) node;
            long wanted = port.path("nodePort").asLong(0);
            if (!needed) {
                if (before.containsValue(wanted)) {
                    port.remove("nodePort");
                }
            } else if (wanted == 0) {
                Long kept = before.get(key(port));
                port.put("nodePort", kept != null ? kept : freePort(request, book));
            } else if (!own.contains(wanted)) {
                claimPort(request, book, wanted, "spec.ports[" + index + "].nodePort");
            }
            index++;
        }
    }

    private long freePort(AdmissionRequest request, Book book) {
        for (int i = 0; i < 20 * TRIES; i++) {
            long candidate = random.nextInt(FIRST_NODE_PORT, LAST_NODE_PORT + 1);
            if (!book.ports.contains(candidate) && !book.heldPorts.containsKey(candidate)) {
                hold(request, book.heldPorts, candidate);
                return candidate;
            }
        }
        throw ApiException.internal("failed to allocate a nodePort: range is full");
    }

    private void claimPort(AdmissionRequest request, Book book, long wanted, String field) {
        if (wanted < FIRST_NODE_PORT || wanted > LAST_NODE_PORT) {
            throw invalid(
                    request,
                    field,
                    LongNode.valueOf(wanted),
                    "provided port is not in the valid range. The range of valid ports is " + FIRST_NODE_PORT + "-"
                            + LAST_NODE_PORT);
        }
        if (book.ports.contains(wanted) || book.heldPorts.containsKey(wanted)) {
            throw invalid(request, field, LongNode.valueOf(wanted), "provided port is already allocated");
        }
        hold(request, book.heldPorts, wanted);
    }

    private void hold(AdmissionRequest request, Map<Long, Instant> held, long number) {
        if (!request.dryRun()) {
            held.put(number, clock.instant().plus(HOLD));
        }
    }

    private static String key(JsonNode port) {
        return port.path("protocol").asText("TCP") + "/" + port.path("port").asText();
    }

    private static Set<Long> nodePorts(JsonNode spec) {
        Set<Long> ports = new HashSet<>();
        for (JsonNode port : spec.path("ports")) {
            if (port.path("nodePort").asLong() > 0) {
                ports.add(port.path("nodePort").asLong());
            }
        }
        return ports;
    }

    private static JsonNode listOf(String value) {
        return JsonNodeFactory.instance.arrayNode().add(value);
    }

    private static ApiException invalid(AdmissionRequest request, String field, JsonNode value, String why) {
        return ApiException.invalid(
                SERVICE, request.name(), List.of(new FieldError(FieldError.Kind.INVALID, field, value, why)));
    }
}
