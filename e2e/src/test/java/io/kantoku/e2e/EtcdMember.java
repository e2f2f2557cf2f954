package io.kantoku.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.transport.ClientTls;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.HttpResponse;
import io.kantoku.transport.Target;
import io.kantoku.transport.TlsIdentity;
import io.kantoku.transport.TransportException;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.LeafSpec;
import io.kantoku.transport.pki.Pem;
import io.kantoku.transport.pki.Subject;
import io.kantoku.transport.pki.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A real etcd on a master that is played, set up as kubeadm does it: certificates by the authority of the user data for servers and
 * clients, one member on the first master, and one that is added through a member that is there on each further one.
 */
final class EtcdMember implements AutoCloseable {
    private static final String PKI = "/etc/kubernetes/pki/etcd/";
    private static final int CLIENTS = 2379;
    private static final int PEERS = 2380;
    private static final int LONGEST = 1200;

    private final HttpClient http;
    private final String address;
    private final ClientTls tls;
    private final Process process;

    private EtcdMember(HttpClient http, String address, ClientTls tls, Process process) {
        this.http = http;
        this.address = address;
        this.tls = tls;
        this.process = process;
    }

    /**
     * Starts a member and returns when it answers.
     *
     * @param files the user data's
     * @param present a member of the cluster that the machine joins; empty on the machine that begins one
     */
    static EtcdMember start(
            HttpClient http,
            String name,
            String address,
            Map<String, String> files,
            Optional<EtcdMember> present,
            Path directory)
            throws IOException, InterruptedException {
        String ca = files.get(PKI + "ca.crt");
        CertificateAuthority authority =
                CertificateAuthority.restore(ca, files.get(PKI + "ca.key"), InstantSource.system());
        TlsIdentity identity = authority.issue(new LeafSpec(
                new Subject(name, List.of()),
                List.of(name, address, "127.0.0.1"),
                Set.of(Usage.SERVER, Usage.CLIENT),
                LeafSpec.DEFAULT_VALIDITY));
        Files.createDirectories(directory);
        Path trusted = Files.writeString(directory.resolve("ca.crt"), ca);
        Path certificate = Files.writeString(directory.resolve("etcd.crt"), Pem.certificates(identity));
        Path key = Files.writeString(directory.resolve("etcd.key"), Pem.key(identity));
        String peer = "https://" + address + ":" + PEERS;
        String clients = "https://" + address + ":" + CLIENTS;
        String cluster = present.isEmpty() ? name + "=" + peer : present.get().add(name, peer);
        Path program = DebianPackages.directory("etcd-server", "usr/bin").resolve("etcd");
        Process process = new ProcessBuilder(
                        program.toString(),
                        "--name=" + name,
                        "--data-dir=" + directory.resolve("data"),
                        "--listen-client-urls=" + clients,
                        "--advertise-client-urls=" + clients,
                        "--listen-peer-urls=" + peer,
                        "--initial-advertise-peer-urls=" + peer,
                        "--initial-cluster=" + cluster,
                        "--initial-cluster-state=" + (present.isEmpty() ? "new" : "existing"),
                        "--client-cert-auth=true",
                        "--trusted-ca-file=" + trusted,
                        "--cert-file=" + certificate,
                        "--key-file=" + key,
                        "--peer-client-cert-auth=true",
                        "--peer-trusted-ca-file=" + trusted,
                        "--peer-cert-file=" + certificate,
                        "--peer-key-file=" + key)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("etcd.log").toFile())
                .start();
        ClientTls tls = ClientTls.trusting(ca).presenting(identity);
        EtcdMember member = new EtcdMember(http, address, tls, process);
        member.awaitAnswer();
        return member;
    }

    /**
     * Adds a member that will start at a peer's address; returns the members as that one has to be told them. Like kubeadm it asks again
     * while etcd takes no change: the members must have known each other for some seconds.
     */
    private String add(String name, String peer) throws InterruptedException {
        ObjectNode body = Json.object();
        body.putArray("peerURLs").add(peer);
        JsonNode added = retrying(() -> post("cluster/member/add", body));
        List<String> members = new ArrayList<>();
        for (JsonNode member : added.path("members")) {
            String url = member.path("peerURLs").path(0).asText();
            members.add((url.equals(peer) ? name : member.path("name").asText()) + "=" + url);
        }
        return String.join(",", members);
    }

    /** The names of all members. */
    List<String> members() {
        List<String> names = new ArrayList<>();
        post("cluster/member/list", Json.object())
                .path("members")
                .forEach(member -> names.add(member.path("name").asText()));
        return names;
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /** Whether a majority of the members takes a write; an election is waited for, as clients do. */
    boolean hasQuorum() throws InterruptedException {
        ObjectNode write = Json.object().put("key", "a2V5").put("value", "dmFsdWU=");
        return retrying(() -> post("kv/put", write)).has("header");
    }

    private JsonNode post(String path, ObjectNode body) {
        HttpResponse response = http.send(HttpRequest.of("POST", Target.https(address, CLIENTS, tls), "/v3/" + path)
                .body("application/json", Json.bytes(body)));
        String text = new String(response.body(), StandardCharsets.UTF_8);
        if (response.status() != 200) {
            throw new AssertionError("etcd at " + address + ": " + text);
        }
        return Json.parse(response.body());
    }

    private void awaitAnswer() throws InterruptedException {
        retrying(this::members);
    }

    private <T> T retrying(Supplier<T> call) throws InterruptedException {
        for (int i = 0; process.isAlive(); i++) {
            try {
                return call.get();
            } catch (TransportException | AssertionError e) {
                if (i > LONGEST) {
                    throw e;
                }
                Thread.sleep(50); // etcd tells nobody when it can
            }
        }
        throw new AssertionError("etcd at " + address + " has ended with " + process.exitValue());
    }

    @Override
    public void close() {
        process.destroyForcibly(); // a machine that is switched off
    }
}
