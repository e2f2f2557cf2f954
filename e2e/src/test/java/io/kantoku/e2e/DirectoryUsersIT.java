package io.kantoku.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.nimbusds.jwt.JWTClaimsSet;
import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import io.kantoku.apimachinery.Json;
import io.kantoku.cli.trial.Kubectl;
import io.kantoku.cli.trial.Outcome;
import io.kantoku.cli.trial.Trial;
import io.kantoku.supervisor.sso.FakeOidcProvider;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * People of other directories log in with the real kubectl and the plugin: of an LDAP directory with their password there, of an OpenID
 * Connect provider with an ID token. Both run in this process.
 */
@Timeout(300)
class DirectoryUsersIT {
    private static final String BASE = "dc=ldap,dc=example";
    private static final String PASSWORD = "sakura-2020";

    private Trial trial;
    private InMemoryDirectoryServer directory;
    private FakeOidcProvider provider;

    @BeforeEach
    void start() throws Exception {
        trial = Trial.create("directories");
        directory = directory();
        provider = new FakeOidcProvider(InstantSource.system());
        Path state = Files.createDirectories(trial.state().path());
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx------"));
        Path authority = trial.write("oidc-ca.crt", provider.authorityPem());
        ArrayNode sources = Json.object().putArray("sources");
        sources.addObject()
                .put("domain", "ldap.example")
                .put("url", "ldap://127.0.0.1:" + directory.getListenPort())
                .put("user_base", "ou=people," + BASE)
                .put("group_base", "ou=groups," + BASE);
        sources.addObject()
                .put("kind", "oidc")
                .put("domain", "oidc.example")
                .put("issuer", provider.issuer().toString())
                .put("client_id", FakeOidcProvider.CLIENT)
                .put("client_secret", FakeOidcProvider.SECRET)
                .put("ca_file", authority.toString());
        Path file = Files.writeString(trial.state().path().resolve("identity-sources.json"), sources.toString());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        trial.up().succeeds();
        trial.kantoku("enable").succeeds();
        trial.kantoku("namespace", "create", "ns1", "--user", "hana@ldap.example", "--group", "devs@oidc.example")
                .succeeds();
        trial.kantoku("namespace", "create", "ns2", "--role", "view", "--group", "devs@ldap.example")
                .succeeds();
    }

    @AfterEach
    void end() throws Exception {
        trial.close();
        provider.close();
        directory.shutDown(true);
    }

    private static InMemoryDirectoryServer directory() throws Exception {
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(BASE);
        config.setListenerConfigs(
                InMemoryListenerConfig.createLDAPConfig("test", InetAddress.ofLiteral("127.0.0.1"), 0, null));
        InMemoryDirectoryServer server = new InMemoryDirectoryServer(config);
        server.startListening();
        server.add("dn: " + BASE, "objectClass: domain", "dc: ldap");
        server.add("dn: ou=people," + BASE, "objectClass: organizationalUnit", "ou: people");
        server.add("dn: ou=groups," + BASE, "objectClass: organizationalUnit", "ou: groups");
        for (String name : List.of("hana", "ren", "stranger")) {
            server.add(
                    "dn: uid=" + name + ",ou=people," + BASE,
                    "objectClass: inetOrgPerson",
                    "uid: " + name,
                    "cn: " + name,
                    "sn: " + name,
                    "userPassword: " + PASSWORD);
        }
        server.add(
                "dn: cn=devs,ou=groups," + BASE,
                "objectClass: groupOfNames",
                "cn: devs",
                "member: uid=ren,ou=people," + BASE);
        return server;
    }

    private Outcome login(Kubectl kubectl, String user) throws Exception {
        int port = trial.state().readOptions().orElseThrow().frontPort();
        String vip = trial.addresses().virtualIps().first().toString();
        String server = port == 443 ? vip : vip + ":" + port;
        return kubectl.run("vsphere login --insecure-skip-tls-verify --server=" + server + " -u " + user);
    }

    private Kubectl kubectl(String file, String password) {
        return trial.kubectl(file).environment("KUBECTL_VSPHERE_PASSWORD", password);
    }

    @Test
    void usersOfAnLdapDirectoryHaveWhatNamespacesGiveThemAndTheirGroups() throws Exception {
        Kubectl hana = kubectl("hana", PASSWORD);
        login(hana, "hana@LDAP.example").succeeds().says("Logged in successfully.", "\n   ns1\n");
        assertThat(hana.run("config get-contexts -o name").succeeds().lines()).doesNotContain("ns2");
        assertThat(may(hana, "ns1", "create tanzukubernetesclusters")).isTrue();
        assertThat(may(hana, "ns2", "get tanzukubernetesclusters", "ns1")).isFalse();

        Kubectl ren = kubectl("ren", PASSWORD);
        login(ren, "ren@ldap.example").succeeds().says("\n   ns2\n");
        assertThat(may(ren, "ns2", "get tanzukubernetesclusters")).isTrue();
        assertThat(may(ren, "ns2", "create tanzukubernetesclusters")).isFalse();

        Kubectl stranger = kubectl("stranger", PASSWORD);
        login(stranger, "stranger@ldap.example").succeeds();
        assertThat(stranger.run("config get-contexts -o name").succeeds().lines())
                .doesNotContain("ns1", "ns2");

        login(kubectl("refused", "wrong"), "hana@ldap.example").fails();
        assertThat(trial.directory().resolve("refused")).doesNotExist();
    }

    @Test
    void usersOfAnOpenIdProviderLogInWithAnIdToken() throws Exception {
        provider.claims = Map.of("preferred_username", "Yuki", "groups", List.of("devs"));
        Kubectl yuki = kubectl("yuki", token(Instant.now()));
        login(yuki, "yuki@oidc.example").succeeds().says("Logged in successfully.", "\n   ns1\n");
        assertThat(may(yuki, "ns1", "create tanzukubernetesclusters")).isTrue();
        assertThat(may(yuki, "ns2", "get tanzukubernetesclusters", "ns1")).isFalse();

        login(kubectl("other", token(Instant.now())), "hana@oidc.example").fails(); // somebody else's token
        login(kubectl("late", token(Instant.now().minusSeconds(3600))), "yuki@oidc.example")
                .fails();
        String token = token(Instant.now());
        login(kubectl("forged", token.substring(0, token.length() - 8) + "AAAAAAAA"), "yuki@oidc.example")
                .fails();
        login(kubectl("password", PASSWORD), "hana@oidc.example").fails();
    }

    /** What the provider would have given its client at that time, for five minutes. */
    private String token(Instant issued) {
        JWTClaimsSet claims = provider.token("any")
                .issueTime(Date.from(issued))
                .expirationTime(Date.from(issued.plusSeconds(300)))
                .build();
        return provider.sign(claims);
    }

    private static boolean may(Kubectl kubectl, String namespace, String what) throws Exception {
        return may(kubectl, namespace, what, namespace);
    }

    private static boolean may(Kubectl kubectl, String namespace, String what, String context) throws Exception {
        return kubectl.options("--context", context, "-n", namespace)
                .run("auth can-i " + what)
                .text()
                .equals("yes");
    }
}
