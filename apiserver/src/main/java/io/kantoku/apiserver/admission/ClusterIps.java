package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kantoku.apimachinery.ApiException;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Gives Services their cluster address, or checks the one that they ask for. */
final class ClusterIps {
    private static final int TRIES = 1000;

    private final RandomGenerator random;

    ClusterIps(RandomGenerator random) {
        this.random = random;
    }

    /**
     * Sets {@code clusterIP} and {@code clusterIPs}.
     *
     * @param network the addresses of the cluster's Services, asked for when one is needed
     */
    void assign(ServiceWrite service, NumberPool pool, Supplier<Ipv4Block> network) {
        if (service.type().equals("ExternalName")) {
            service.spec().remove(List.of("clusterIP", "clusterIPs"));
            return;
        }
        String old = service.before().path("clusterIP").asText();
        String wanted = service.spec().path("clusterIP").asText();
        if (wanted.isEmpty()) {
            wanted = service.spec().path("clusterIPs").path(0).asText(old);
        }
        if (wanted.isEmpty()) {
            wanted = free(service, pool, network.get());
        } else if (!wanted.equals("None") && !wanted.equals(old)) {
            claim(service, pool, network.get(), wanted);
        }
        service.spec().put("clusterIP", wanted).putArray("clusterIPs").add(wanted);
    }

    private static void claim(ServiceWrite service, NumberPool pool, Ipv4Block network, String wanted) {
        OptionalLong number = Ipv4Block.number(wanted);
        if (number.isEmpty()) {
            throw service.invalid(
                    "spec.clusterIPs[0]", TextNode.valueOf(wanted), "must be a valid IPv4 address or 'None'");
        }
        if (!network.contains(number.getAsLong())) {
            throw refused(
                    service,
                    wanted,
                    "the provided IP (" + wanted + ") is not in the valid range. The range of valid IPs is " + network);
        }
        if (!pool.free(number.getAsLong(), service.owner())) {
            throw refused(service, wanted, "provided IP is already allocated");
        }
        service.hold(pool, number.getAsLong());
    }

    private static ApiException refused(ServiceWrite service, String wanted, String why) {
        JsonNode value = JsonNodeFactory.instance.arrayNode().add(wanted);
        return service.invalid("spec.clusterIPs", value, "failed to allocate IP " + wanted + ": " + why);
    }

    /** A random address but for the first, which is the API's, and the last; in order when the network is nearly full. */
    private String free(ServiceWrite service, NumberPool pool, Ipv4Block network) {
        long first = network.first() + 2;
        long end = network.first() + network.size() - 1;
        for (int i = 0; i < TRIES && first < end; i++) {
            long candidate = random.nextLong(first, end);
            if (pool.free(candidate, service.owner())) {
                return given(service, pool, candidate);
            }
        }
        for (long candidate = first; candidate < end; candidate++) {
            if (pool.free(candidate, service.owner())) {
                return given(service, pool, candidate);
            }
        }
        throw ApiException.internal("failed to allocate a serviceIP: range is full");
    }

    private static String given(ServiceWrite service, NumberPool pool, long address) {
        service.hold(pool, address);
        return Ipv4Block.text(address);
    }
}
