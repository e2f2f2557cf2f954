package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Gives the ports of Services their port on every node, or checks the one that they ask for. */
final class NodePorts {
    private static final int FIRST = 30000;
    private static final int LAST = 32767;
    private static final int TRIES = 20_000;
    private static final String HEALTH_CHECK = "healthCheckNodePort";

    private final RandomGenerator random;

    NodePorts(RandomGenerator random) {
        this.random = random;
    }

    /** The node ports that a Service's spec holds. */
    static Set<Long> of(JsonNode spec) {
        Set<Long> ports = new HashSet<>();
        for (JsonNode port : spec.path("ports")) {
            ports.add(port.path("nodePort").asLong());
        }
        ports.add(spec.path(HEALTH_CHECK).asLong());
        ports.remove(0L);
        return ports;
    }

    /** Sets every {@code nodePort} and the {@code healthCheckNodePort} that the Service needs. */
    void assign(ServiceWrite service, NumberPool pool) {
        Set<Long> own = of(service.before());
        Map<String, Long> before = new HashMap<>();
        service.before()
                .path("ports")
                .forEach(port -> before.put(key(port), port.path("nodePort").asLong()));
        int index = 0;
        for (JsonNode node : service.spec().path("ports")) {
            ObjectNode port = (ObjectNode) node;
            String field = "spec.ports[" + index++ + "].nodePort";
            long wanted = port.path("nodePort").asLong();
            if (!needed(service)) {
                if (before.containsValue(wanted)) {
                    port.remove("nodePort");
                }
            } else if (wanted == 0) {
                long kept = before.getOrDefault(key(port), 0L);
                long given = kept != 0 ? kept : free(service, pool, own);
                port.put("nodePort", given);
                own.add(given);
            } else if (own.add(wanted)) { // ports of one Service may share a number, one per protocol
                claim(service, pool, wanted, field);
            }
        }
        healthCheck(service, pool, own);
    }

    private static boolean needed(ServiceWrite service) {
        return switch (service.type()) {
            case "NodePort" -> true;
            case "LoadBalancer" ->
                service.spec().path("allocateLoadBalancerNodePorts").asBoolean(true);
            default -> false;
        };
    }

    private void healthCheck(ServiceWrite service, NumberPool pool, Set<Long> own) {
        boolean local = service.spec().path("externalTrafficPolicy").asText().equals("Local");
        if (!service.type().equals("LoadBalancer") || !local) {
            return;
        }
        long wanted = service.spec().path(HEALTH_CHECK).asLong();
        if (wanted == 0) {
            wanted = service.before().path(HEALTH_CHECK).asLong();
        }
        if (wanted == 0) {
            wanted = free(service, pool, own);
        } else if (own.add(wanted)) {
            claim(service, pool, wanted, "spec." + HEALTH_CHECK);
        }
        service.spec().put(HEALTH_CHECK, wanted);
    }

    private long free(ServiceWrite service, NumberPool pool, Set<Long> own) {
        for (int i = 0; i < TRIES; i++) {
            long candidate = random.nextInt(FIRST, LAST + 1);
            if (!own.contains(candidate) && pool.free(candidate, service.owner())) {
                service.hold(pool, candidate);
                return candidate;
            }
        }
        throw ApiException.internal("failed to allocate a nodePort: range is full");
    }

    private static void claim(ServiceWrite service, NumberPool pool, long wanted, String field) {
        if (wanted < FIRST || wanted > LAST) {
            throw service.invalid(
                    field,
                    LongNode.valueOf(wanted),
                    "provided port is not in the valid range. The range of valid ports is " + FIRST + "-" + LAST);
        }
        if (!pool.free(wanted, service.owner())) {
            throw service.invalid(field, LongNode.valueOf(wanted), "provided port is already allocated");
        }
        service.hold(pool, wanted);
    }

    private static String key(JsonNode port) {
        return port.path("protocol").asText("TCP") + "/" + port.path("port").asText();
    }
}
