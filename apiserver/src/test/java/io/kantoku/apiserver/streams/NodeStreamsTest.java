package io.kantoku.apiserver.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.Json;
import io.kantoku.client.Resources;
import io.kantoku.transport.Exchange;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.HttpResponse;
import io.kantoku.transport.Listener;
import io.kantoku.transport.Target;
import io.kantoku.transport.UpgradeAnswer;
import io.kantoku.transport.websocket.WebSocket;
import io.kantoku.transport.websocket.WebSocketHandshake;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NodeStreamsTest {
    private static final String POD = "/api/v1/namespaces/default/pods/web";
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    @TempDir
    Path directory;

    private StreamsApi api;
    private Target admin;

    @BeforeEach
    void start() throws IOException {
        api = new StreamsApi(directory, "v1.32.4+kantoku.1");
        admin = api.as("admin", "system:masters");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private HttpResponse get(String path) {
        return api.http.send(HttpRequest.get(admin, path));
    }

    private static String message(HttpResponse response) {
        return Json.parse(response.body()).path("message").asText();
    }

    private UpgradeAnswer websocket(Target target, String path, String protocol) {
        return api.http.upgrade(HttpRequest.get(target, path)
                .header("Connection", "Upgrade")
                .header("Upgrade", "websocket")
                .header("Sec-WebSocket-Version", "13")
                .header("Sec-WebSocket-Key", KEY)
                .header("Sec-WebSocket-Protocol", protocol));
    }

    private static HttpRequest spdy(Target target, String path) {
        return HttpRequest.of("POST", target, path)
                .header("Connection", "Upgrade")
                .header("Upgrade", "SPDY/3.1")
                .header("X-Stream-Protocol-Version", "v4.channel.k8s.io");
    }

    @Test
    void getsLogsFromTheNodeWithTheServersOwnCertificate() {
        HttpResponse log = get(POD + "/log?follow=true&tailLines=5&sinceSeconds=60&pretty=true");
        assertThat(log.text()).isEqualTo("one\ntwo\nthree\n");
        assertThat(log.header("Content-Type")).hasValue("text/plain");
        assertThat(api.kubelet.calls)
                .containsExactly("GET /containerLogs/default/web/app?follow=true&tailLines=5&sinceSeconds=60");
        assertThat(api.kubelet.callers.getFirst())
                .contains("kube-apiserver-kubelet-client")
                .contains("system:masters");
    }

    @Test
    void logsComeAsMessagesToThoseWhoAskForThem() throws Exception {
        UpgradeAnswer.Switched switched =
                (UpgradeAnswer.Switched) websocket(admin, POD + "/log", "other, binary.k8s.io");
        assertThat(switched.headers()).anyMatch(header -> header.value().equals("binary.k8s.io"));
        StringBuilder text = new StringBuilder();
        try (WebSocket socket = new WebSocket(switched.connection(), WebSocket.Role.CLIENT, 1 << 20)) {
            assertThat(socket.read()).hasValue(new byte[0]);
            for (Optional<byte[]> message = socket.read(); message.isPresent(); message = socket.read()) {
                text.append(new String(message.get(), UTF_8));
            }
        }
        assertThat(text).hasToString("one\ntwo\nthree\n");
        assertThat(websocket(admin, POD + "/log", "other")).isInstanceOf(UpgradeAnswer.Refused.class);
    }

    @Test
    void refusesLogsInUpstreamsWords() {
        assertThat(message(get(POD + "/log?container=other"))).isEqualTo("container other is not valid for pod web");
        assertThat(message(get(POD + "/log?previous=true")))
                .isEqualTo("previous terminated container \"app\" in pod \"web\" not found");
        HttpResponse wrong = get(POD + "/log?tailLines=-1&sinceSeconds=0");
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(message(wrong)).contains("tailLines: Invalid value: -1: must be greater than or equal to 0");
        assertThat(get("/api/v1/namespaces/default/pods/none/log").status()).isEqualTo(404);
        api.simulated = "pods are simulated";
        HttpResponse simulated = get(POD + "/log");
        assertThat(simulated.status()).isEqualTo(501);
        assertThat(message(simulated)).isEqualTo("pods are simulated");
    }

    @Test
    void saysNothingForAPodWithoutANode() {
        api.pod("pending", "", "");
        HttpResponse log = get("/api/v1/namespaces/default/pods/pending/log");
        assertThat(log.status()).isEqualTo(200);
        assertThat(log.text()).isEmpty();
        UpgradeAnswer exec =
                api.http.upgrade(spdy(admin, "/api/v1/namespaces/default/pods/pending/exec?command=cat&stdout=true"));
        assertThat(message(((UpgradeAnswer.Refused) exec).response()))
                .isEqualTo("pod pending does not have a host assigned");
    }

    @Test
    void translatesTheNewWebSocketProtocolForTheKubelet() throws Exception {
        UpgradeAnswer.Switched switched = (UpgradeAnswer.Switched) websocket(
                admin,
                POD + "/exec?command=cat&stdin=true&stdout=true&stderr=true",
                "v5.channel.k8s.io, v4.channel.k8s.io");
        assertThat(switched.headers())
                .anyMatch(header -> header.value().equals("v5.channel.k8s.io"))
                .anyMatch(header -> header.value().equals(WebSocketHandshake.accept(KEY)));
        try (WebSocket socket = new WebSocket(switched.connection(), WebSocket.Role.CLIENT, 1 << 20)) {
            assertThat(socket.read()).hasValue(new byte[] {1});
            socket.write("\0hello".getBytes(UTF_8));
            assertThat(socket.read()).hasValue("\1hello".getBytes(UTF_8));
            socket.write(new byte[] {(byte) 255, 0});
            assertThat(socket.read())
                    .hasValueSatisfying(end ->
                            assertThat(new String(end, UTF_8)).isEqualTo("\3{\"metadata\":{},\"status\":\"Success\"}"));
            assertThat(socket.read()).isEmpty();
        }
        assertThat(api.kubelet.calls)
                .containsExactly("POST /exec/default/web/app?input=1&output=1&error=1&command=cat");
    }

    @Test
    void tunnelsPortsThroughAWebSocket() throws Exception {
        UpgradeAnswer.Switched switched =
                (UpgradeAnswer.Switched) websocket(admin, POD + "/portforward", "SPDY/3.1+portforward.k8s.io");
        try (WebSocket socket = new WebSocket(switched.connection(), WebSocket.Role.CLIENT, 1 << 20)) {
            WebSocketBytes bytes = new WebSocketBytes(socket);
            io.kantoku.transport.spdy.SpdyConnection client = new io.kantoku.transport.spdy.SpdyConnection(bytes, true);
            client.write(new io.kantoku.transport.spdy.SpdyFrame.SynStream(
                    1, java.util.Map.of("streamtype", "data", "port", "80", "requestid", "0"), false));
            assertThat(client.read()).containsInstanceOf(io.kantoku.transport.spdy.SpdyFrame.SynReply.class);
            client.write(new io.kantoku.transport.spdy.SpdyFrame.Data(1, "loud".getBytes(UTF_8), true));
            assertThat(client.read())
                    .hasValueSatisfying(frame -> assertThat(
                                    new String(((io.kantoku.transport.spdy.SpdyFrame.Data) frame).bytes(), UTF_8))
                            .isEqualTo("LOUD"));
        }
    }

    /** CVE-2018-1002105: after a failed upgrade, nothing else may be sent to the kubelet with the server's own rights. */
    @Test
    void aFailedUpgradeIsTheEndOfTheConnectionCve20181002105() {
        UpgradeAnswer answer = api.http.upgrade(spdy(admin, POD + "/exec?command=missing&stdout=true"));
        HttpResponse refusal = ((UpgradeAnswer.Refused) answer).response();
        assertThat(refusal.status()).isEqualTo(404);
        assertThat(refusal.text()).isEqualTo("container not found (\"app\")\n");
        assertThat(refusal.header("Connection"))
                .hasValueSatisfying(value -> assertThat(value).isEqualToIgnoringCase("close"));
    }

    /** CVE-2020-8559: a kubelet that has been taken over redirects an upgrade to another node. */
    @Test
    void doesNotFollowARedirectOfAKubeletCve20208559() {
        UpgradeAnswer answer = api.http.upgrade(spdy(admin, POD + "/exec?command=elsewhere&stdout=true"));
        HttpResponse refusal = ((UpgradeAnswer.Refused) answer).response();
        assertThat(refusal.status()).isEqualTo(502);
        assertThat(message(refusal)).contains("attempted to redirect");
        assertThat(api.kubelet.calls).hasSize(1);
    }

    /** CVE-2020-8558: services that listen on a machine's loopback address only are not for others. */
    @Test
    void doesNotCallLoopbackAddressesCve20208558() {
        api.addresses = ProxyableAddresses.STRICT;
        assertThat(message(get("/api/v1/namespaces/default/pods/web:8080/proxy/")))
                .isEqualTo("address not allowed: 127.0.0.2");
        assertThat(message(get(POD + "/log"))).isEqualTo("address not allowed: 127.0.0.2");
        assertThat(api.kubelet.calls).isEmpty();
    }

    /** CVE-2022-3294: whoever may write Nodes points one at the server's own network. */
    @Test
    void checksTheAddressOfANodeCve20223294() {
        api.addresses = ProxyableAddresses.STRICT;
        for (String address : List.of("169.254.169.254", "0.0.0.0", "::1", "fe80::1", "224.0.0.1", "vcenter.lab")) {
            String name = "n" + Integer.toHexString(address.hashCode());
            api.node(name, address, 10_250);
            HttpResponse refused = get("/api/v1/nodes/" + name + "/proxy/pods");
            assertThat(refused.status()).as(address).isEqualTo(400);
        }
        assertThat(api.kubelet.calls).isEmpty();
    }

    @Test
    void speaksOnlyToKubeletsOfItsOwnCluster() throws Exception {
        io.kantoku.transport.pki.CertificateAuthority other = io.kantoku.transport.pki.CertificateAuthority.create(
                "other", java.time.Duration.ofDays(1), java.time.InstantSource.system());
        Listener impostor = api.listen(
                "127.0.0.3",
                Optional.of(other.issue(io.kantoku.transport.pki.LeafSpec.server("n2", List.of("127.0.0.3")))),
                api.kubelet);
        api.node("n2", "127.0.0.3", impostor.address().getPort());
        api.pod("lost", "n2", "127.0.0.3");
        HttpResponse log = get("/api/v1/namespaces/default/pods/lost/log");
        assertThat(log.status()).isEqualTo(500);
        assertThat(message(log)).contains("error dialing backend");
        assertThat(api.kubelet.calls).isEmpty();
    }

    @Test
    void needsTheRightOfTheSubresource() {
        Target nobody = api.as("nobody");
        UpgradeAnswer exec = api.http.upgrade(spdy(nobody, POD + "/exec?command=cat&stdout=true"));
        assertThat(((UpgradeAnswer.Refused) exec).response().status()).isEqualTo(403);
        assertThat(api.http.send(HttpRequest.get(nobody, POD + "/log")).status())
                .isEqualTo(403);
        assertThat(api.http
                        .send(HttpRequest.get(nobody, "/api/v1/nodes/n1/proxy/pods"))
                        .status())
                .isEqualTo(403);
        assertThat(api.kubelet.calls).isEmpty();
    }

    /** Exec by GET: from 1.35 on {@code get} alone opens no streams; before, it did. */
    @Test
    void execByGetNeedsCreateFrom135On() throws Exception {
        String path = POD + "/exec?command=cat&stdout=true";
        grant(api, "reader", "get");
        assertThat(websocket(api.as("reader"), path, "v5.channel.k8s.io")).isInstanceOf(UpgradeAnswer.Switched.class);
        try (StreamsApi newer = new StreamsApi(directory.resolve("newer"), "v1.35.1+kantoku.1")) {
            grant(newer, "reader", "get");
            UpgradeAnswer refused = websocket(newer.as("reader"), path, "v5.channel.k8s.io");
            assertThat(message(((UpgradeAnswer.Refused) refused).response()))
                    .contains("User \"reader\" cannot create resource \"pods/exec\"");
            grant(newer, "writer", "get, create");
            assertThat(websocket(newer.as("writer"), path, "v5.channel.k8s.io"))
                    .isInstanceOf(UpgradeAnswer.Switched.class);
        }
    }

    private static void grant(StreamsApi api, String user, String verbs) {
        api.admin.create(Resources.CLUSTER_ROLES, StreamsApi.yaml("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: %s}
                rules: [{apiGroups: [""], resources: [pods/exec], verbs: [%s]}]
                """.formatted(user, verbs)));
        api.admin.create(Resources.CLUSTER_ROLE_BINDINGS, StreamsApi.yaml("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: %s}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %s}
                subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: %s}]
                """.formatted(user, user, user)));
    }

    @Test
    void proxiesToNodesWithoutTheCallersCredentials() {
        HttpRequest request = HttpRequest.of("PUT", admin, "/api/v1/nodes/n1/proxy/anything%2Felse?a=b")
                .header("Authorization", "Bearer secret")
                .header("Impersonate-User", "admin")
                .header("Impersonate-Group", "system:masters")
                .header("X-Remote-User", "root")
                .header("X-Mine", "kept")
                .body("text/plain", "body".getBytes(UTF_8));
        HttpResponse answer = api.http.send(request);
        assertThat(answer.text()).isEqualTo("/anything%2Felse body");
        assertThat(answer.header("X-Kubelet")).hasValue("yes");
        assertThat(api.kubelet.calls).containsExactly("PUT /anything%2Felse?a=b");
        assertThat(api.kubelet.headers)
                .contains("X-Mine")
                .doesNotContain("Authorization", "Impersonate-User", "X-Remote-User");
    }

    @Test
    void leadsRedirectsBackThroughTheProxy() {
        assertThat(get("/api/v1/nodes/n1/proxy").header("Location")).hasValue("/api/v1/nodes/n1/proxy/");
        HttpResponse moved = get("/api/v1/nodes/n1/proxy/moved");
        assertThat(moved.status()).isEqualTo(302);
        assertThat(moved.header("Location")).hasValue("/api/v1/nodes/n1/proxy/pods?page=2");
    }

    @Test
    void proxiesToPodsAndServices() throws Exception {
        Listener web = api.listen(
                "127.0.0.2",
                Optional.empty(),
                exchange -> exchange.respond(200, "text/plain", ("web " + exchange.rawPath()).getBytes(UTF_8)));
        int port = web.address().getPort();
        assertThat(get("/api/v1/namespaces/default/pods/web:" + port + "/proxy/x")
                        .text())
                .isEqualTo("web /x");
        api.admin.create(Resources.SERVICES, StreamsApi.yaml("""
                apiVersion: v1
                kind: Service
                metadata: {name: web, namespace: default}
                spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: %d}]}
                """.formatted(port)));
        assertThat(message(get("/api/v1/namespaces/default/services/web:http/proxy/")))
                .isEqualTo("no endpoints available for service \"web\"");
        endpoints("web", port);
        assertThat(get("/api/v1/namespaces/default/services/web:http/proxy/y").text())
                .isEqualTo("web /y");
        assertThat(get("/api/v1/namespaces/default/services/http:web:80/proxy/z")
                        .text())
                .isEqualTo("web /z");
        assertThat(message(get("/api/v1/namespaces/default/services/web:81/proxy/")))
                .isEqualTo("no service port 81 found for service \"web\"");
        assertThat(get("/api/v1/namespaces/default/services/ftp:web:80/proxy/").status())
                .isEqualTo(400);
    }

    /** Endpoints can be written by users: only addresses of pods that have them are gone to. */
    @Test
    void doesNotGoWhereEndpointsClaimAPodIs() {
        api.admin.create(Resources.SERVICES, StreamsApi.yaml("""
                apiVersion: v1
                kind: Service
                metadata: {name: trap, namespace: default}
                spec: {ports: [{name: http, port: 80}]}
                """));
        api.pod("other", "n1", "127.0.0.9");
        endpoints("trap", 80);
        assertThat(get("/api/v1/namespaces/default/services/trap:http/proxy/").status())
                .isEqualTo(503);
    }

    /** Endpoints of a Service with the address of the pod {@code web}; those of {@code trap} claim that it is another's. */
    private void endpoints(String service, int port) {
        api.admin.create(Resources.ENDPOINTS, StreamsApi.yaml("""
                apiVersion: v1
                kind: Endpoints
                metadata: {name: %s, namespace: default}
                subsets:
                - addresses: [{ip: %s, targetRef: {kind: Pod, namespace: default, name: %s}}]
                  ports: [{name: http, port: %d}]
                """.formatted(
                        service,
                        service.equals("web") ? "127.0.0.2" : "127.0.0.3",
                        service.equals("web") ? "web" : "other",
                        port)));
    }

    @Test
    void manyStreamsAtOnceKeepApart() throws Exception {
        List<Thread> threads = new ArrayList<>();
        List<String> read = new java.util.concurrent.CopyOnWriteArrayList<>();
        for (int i = 0; i < 20; i++) {
            String text = "text" + i;
            threads.add(Thread.ofVirtual().start(() -> read.add(echo(text))));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(read).hasSize(20).doesNotHaveDuplicates().allMatch(text -> text.startsWith("\1text"));
    }

    private String echo(String text) {
        UpgradeAnswer.Switched switched = (UpgradeAnswer.Switched)
                websocket(admin, POD + "/exec?command=cat&stdin=True&stdout=1&tty=False", "v5.channel.k8s.io");
        try (Exchange.RawConnection connection = switched.connection()) {
            WebSocket socket = new WebSocket(connection, WebSocket.Role.CLIENT, 1 << 20);
            socket.read();
            socket.write(("\0" + text).getBytes(UTF_8));
            return new String(socket.read().orElseThrow(), UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
