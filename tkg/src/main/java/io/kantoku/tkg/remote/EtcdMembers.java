package io.kantoku.tkg.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import io.kantoku.lab.NetworkStack;
import io.kantoku.tkg.cluster.ClusterKeys;
import io.kantoku.transport.ClientTls;
import io.kantoku.transport.Dialler;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.HttpResponse;
import io.kantoku.transport.Target;
import io.kantoku.transport.TransportException;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.LeafSpec;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The etcd that kubeadm runs on the masters of a cluster, over the JSON gateway that etcd 3.4 and newer have on their client port
 * (<a href="https://etcd.io/docs/v3.5/dev-guide/api_grpc_gateway/">etcd: gRPC gateway</a>).
 */
public final class EtcdMembers {
    private static final int PORT = 2379;
    private static final String MEMBERS = "/v3/cluster/member/";

    private final HttpClient http;
    private final NetworkStack network;
    private final InstantSource clock;

    public EtcdMembers(HttpClient http, NetworkStack network, InstantSource clock) {
        this.http = http;
        this.network = network;
        this.clock = clock;
    }

    /**
     * Takes a member out; one that is none is no error.
     *
     * @param authority whom the members trust
     * @param masters addresses of other members; the first that answers is asked
     * @param name the member's, which with kubeadm is its node's
     * @throws ApiException when etcd refuses, for example because the rest would have no quorum
     * @throws TransportException when no member answers
     */
    public void remove(ClusterKeys.Authority authority, List<String> masters, String name) {
        ClientTls tls = ClientTls.trusting(authority.certificate())
                .presenting(CertificateAuthority.restore(authority.certificate(), authority.key(), clock)
                        .issue(LeafSpec.client("kantoku-etcd-client", List.of())));
        Optional<TransportException> silent = Optional.empty();
        for (String master : masters) {
            try {
                remove(new Target(master, PORT, Optional.of(tls), new Dialler.Tcp(network)), name);
                return;
            } catch (TransportException e) {
                silent = Optional.of(e);
            }
        }
        silent.ifPresent(why -> {
            throw why;
        });
    }

    private void remove(Target member, String name) {
        for (JsonNode found : post(member, "list", Json.object()).path("members")) {
            if (found.path("name").asText().equals(name)) {
                post(member, "remove", Json.object().put("ID", found.path("ID").asText()));
            }
        }
    }

    private JsonNode post(Target member, String action, ObjectNode body) {
        HttpResponse response =
                http.send(HttpRequest.of("POST", member, MEMBERS + action).body("application/json", Json.bytes(body)));
        if (response.status() != 200) {
            throw ApiException.internal("etcd at " + member.host() + " answered " + response.status() + " to member "
                    + action + ": " + new String(response.body(), StandardCharsets.UTF_8));
        }
        return Json.parse(response.body());
    }
}
