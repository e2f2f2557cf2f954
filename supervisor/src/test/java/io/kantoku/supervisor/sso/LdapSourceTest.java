package io.kantoku.supervisor.sso;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.OperationType;
import com.unboundid.ldif.LDIFException;
import io.kantoku.supervisor.FakeDocuments;
import io.kantoku.supervisor.TestClock;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Users of a directory, which runs in this process. */
class LdapSourceTest {
    private static final String BASE = "dc=corp,dc=example";

    private final TestClock clock = new TestClock();
    private InMemoryDirectoryServer directory;
    private LdapSource source;
    private Logins logins;

    @BeforeEach
    void start() throws Exception {
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(BASE);
        config.setListenerConfigs(
                InMemoryListenerConfig.createLDAPConfig("test", InetAddress.ofLiteral("127.0.0.1"), 0, null));
        config.addAdditionalBindCredentials("cn=reader", "reads");
        config.setAuthenticationRequiredOperationTypes(OperationType.SEARCH);
        directory = new InMemoryDirectoryServer(config);
        directory.startListening();
        directory.add("dn: " + BASE, "objectClass: domain", "dc: corp");
        directory.add("dn: ou=people," + BASE, "objectClass: organizationalUnit", "ou: people");
        directory.add("dn: ou=groups," + BASE, "objectClass: organizationalUnit", "ou: groups");
        person("hana", "sakura-2020");
        person("administrator", "not-yours-1");
        group("devs", "hana");
        group("vcenter-admins", "hana");
        group("Administrators", "administrator"); // of the directory, not of vCenter
        source = LdapSource.open(new LdapSource.Options(
                "corp.example",
                "ldap://127.0.0.1:" + directory.getListenPort(),
                "cn=reader",
                "reads",
                "ou=people," + BASE,
                "uid",
                "ou=groups," + BASE,
                "vcenter-admins",
                ""));
        Users users = new Users(new FakeDocuments(), clock);
        logins = new Logins(users, List.of(source), clock);
    }

    @AfterEach
    void stop() {
        source.close();
        directory.shutDown(true);
    }

    @Test
    void aUserLogsInWithTheDirectorysPassword() {
        assertThat(logins.authenticate("Hana@Corp.Example", "sakura-2020")).hasValueSatisfying(user -> {
            assertThat(user.fullName()).isEqualTo("hana@corp.example");
            assertThat(user.groups()).contains("devs", "vcenter-admins", Principal.ADMINISTRATORS);
            assertThat(user.administrator()).isTrue();
        });
    }

    @Test
    void aWrongOrEmptyPasswordOpensNothing() {
        assertThat(logins.authenticate("hana@corp.example", "wrong")).isEmpty();
        assertThat(logins.authenticate("hana@corp.example", "")).isEmpty();
        assertThat(logins.authenticate("nobody@corp.example", "sakura-2020")).isEmpty();
        assertThat(logins.authenticate("*@corp.example", "sakura-2020")).isEmpty();
    }

    @Test
    void aGroupOfThatNameInTheDirectoryMakesNoAdministrator() {
        assertThat(logins.authenticate("administrator@corp.example", "not-yours-1"))
                .hasValueSatisfying(user -> assertThat(user.administrator()).isFalse());
    }

    @Test
    void failuresLockTheNameHereBeforeTheDirectoryDoes() {
        for (int i = 0; i < Lockout.FAILURES; i++) {
            assertThat(logins.authenticate("hana@corp.example", "wrong")).isEmpty();
        }
        assertThat(logins.authenticate("hana@corp.example", "sakura-2020")).isEmpty();
        clock.advance(Lockout.LOCKED.plusSeconds(1));
        assertThat(logins.authenticate("hana@corp.example", "sakura-2020")).isPresent();
    }

    @Test
    void aDirectoryThatIsAwayLetsNobodyIn() {
        directory.shutDown(true);
        assertThat(logins.authenticate("hana@corp.example", "sakura-2020")).isEmpty();
        assertThat(logins.find("hana", "corp.example")).isEmpty();
    }

    private void person(String name, String password) throws LDAPException, LDIFException {
        directory.add(
                "dn: uid=" + name + ",ou=people," + BASE,
                "objectClass: inetOrgPerson",
                "uid: " + name,
                "cn: " + name,
                "sn: " + name,
                "userPassword: " + password);
    }

    private void group(String name, String member) throws LDAPException, LDIFException {
        directory.add(
                "dn: cn=" + name + ",ou=groups," + BASE,
                "objectClass: groupOfNames",
                "cn: " + name,
                "member: uid=" + member + ",ou=people," + BASE);
    }
}
