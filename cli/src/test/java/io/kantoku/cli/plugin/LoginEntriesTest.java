package io.kantoku.cli.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.cli.plugin.WcpClient.Guest;
import io.kantoku.cli.plugin.WcpClient.Session;
import io.kantoku.cli.plugin.WcpClient.Workload;
import io.kantoku.client.Kubeconfig;
import io.kantoku.client.Kubeconfig.Context;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LoginEntriesTest {
    private static final String HOST = "192.0.2.1";
    private static final String USER = "wcp:192.0.2.1:Administrator@vsphere.local";

    private static KubeconfigStack stack(Kubeconfig... files) {
        return new KubeconfigStack(
                Arrays.stream(files)
                        .map(file -> new KubeconfigStack.Layer(Path.of("config"), file))
                        .toList(),
                0);
    }

    private static LoginEntries login(Optional<Guest> guest, Workload... workloads) {
        return new LoginEntries(
                HOST,
                "Administrator@vsphere.local",
                new Trust.Machine(Map.of()),
                new Session("token", guest),
                List.of(workloads));
    }

    private static Workload workload(String namespace) {
        return new Workload(namespace, HOST, 6443);
    }

    private static Kubeconfig foreign(String context) {
        return Kubeconfig.of(
                context, new Kubeconfig.Cluster("https://other:6443", "", false), Kubeconfig.User.token("t"));
    }

    @Test
    void goesToTheServerWhenThereAreNoNamespaces() {
        KubeconfigStack after = login(Optional.empty()).mergeInto(stack(foreign("kind")));

        assertThat(after.current()).isEqualTo(HOST);
        assertThat(after.contexts()).containsExactly(HOST, "kind");
        assertThat(after.context(HOST)).contains(new Context(HOST, USER, ""));
    }

    @Test
    void keepsACurrentContextThatExists() {
        KubeconfigStack after = login(Optional.empty(), workload("ns1")).mergeInto(stack(foreign("kind")));

        assertThat(after.current()).isEqualTo("kind");
    }

    @Test
    void replacesACurrentContextThatIsGoneByTheFirstNamespace() {
        KubeconfigStack before = stack(Kubeconfig.empty().withCurrent("gone"));

        KubeconfigStack after =
                login(Optional.empty(), workload("ns2"), workload("ns1")).mergeInto(before);

        assertThat(after.current()).isEqualTo("ns1");
    }

    @Test
    void goesToTheGuestClusterAfterAGuestLogin() {
        Guest guest = new Guest("tkc01", "192.0.2.9", "PEM");

        KubeconfigStack after = login(Optional.of(guest), workload("ns1")).mergeInto(stack(foreign("kind")));

        assertThat(after.current()).isEqualTo("tkc01");
        assertThat(after.context("tkc01"))
                .contains(new Context("192.0.2.9", "wcp:192.0.2.9:Administrator@vsphere.local", ""));
        assertThat(after.context("ns1")).contains(new Context(HOST, USER, "ns1"));
    }

    @Test
    void addsTheHostWhenAnotherServerHasTheContext() {
        KubeconfigStack after = login(
                        Optional.empty(), workload("ns1"), new Workload("ns1", "192.0.2.2", 6443), workload("prod"))
                .mergeInto(stack(foreign("prod")));

        assertThat(after.context("ns1")).contains(new Context(HOST, USER, "ns1"));
        assertThat(after.context("ns1-192.0.2.2"))
                .contains(new Context("192.0.2.2", "wcp:192.0.2.2:Administrator@vsphere.local", "ns1"));
        assertThat(after.context("prod")).contains(new Context("prod", "prod", ""));
        assertThat(after.context("prod-192.0.2.1")).contains(new Context(HOST, USER, "prod"));
    }

    @Test
    void seesContextsOfTheOtherFilesToo() {
        KubeconfigStack after =
                login(Optional.empty(), workload("prod")).mergeInto(stack(Kubeconfig.empty(), foreign("prod")));

        assertThat(after.context("prod")).contains(new Context("prod", "prod", ""));
        assertThat(after.layers().get(1).content()).isEqualTo(foreign("prod"));
        assertThat(after.current()).isEqualTo("prod");
    }

    @Test
    void aSecondLoginChangesNothingButTheToken() {
        Guest guest = new Guest("ns1", "192.0.2.9", "PEM");
        LoginEntries login = login(Optional.of(guest), workload("ns1"), new Workload("ns1", "192.0.2.2", 6443));
        KubeconfigStack once = login.mergeInto(stack(foreign("kind")));

        assertThat(login.mergeInto(once)).isEqualTo(once);
        assertThat(once.context("ns1-192.0.2.9")).isPresent();
    }

    @Test
    void anotherUserOfTheSameServerTakesTheContextsOver() {
        KubeconfigStack once = login(Optional.empty(), workload("ns1")).mergeInto(stack(Kubeconfig.empty()));

        KubeconfigStack after = new LoginEntries(
                        HOST,
                        "dev@vsphere.local",
                        new Trust.Anyone(),
                        new Session("other", Optional.empty()),
                        List.of(workload("ns1")))
                .mergeInto(once);

        assertThat(after.context("ns1")).contains(new Context(HOST, "wcp:192.0.2.1:dev@vsphere.local", "ns1"));
        assertThat(after.contexts()).containsExactly(HOST, "ns1");
    }

    @Test
    void writesIPv6ServersInBrackets() {
        KubeconfigStack after = login(Optional.empty(), new Workload("ns1", "2001:db8::1", 6443))
                .mergeInto(stack(Kubeconfig.empty()));

        assertThat(after.layers()
                        .getFirst()
                        .content()
                        .cluster("2001:db8::1")
                        .orElseThrow()
                        .server())
                .isEqualTo("https://[2001:db8::1]:6443");
    }

    @Test
    void logoutTakesOnlyItsOwnAndWhatNobodyElseUses() {
        KubeconfigStack loggedIn = login(Optional.empty(), workload("ns1")).mergeInto(stack(foreign("kind")));
        KubeconfigStack shared = loggedIn.change(
                        file -> file.withContext("admin", new Context(HOST, "kind", "kube-system")))
                .change(file -> file.withCurrent("ns1"));

        KubeconfigStack after = LogoutEntries.removeFrom(shared);

        assertThat(after.contexts()).containsExactly("admin", "kind");
        assertThat(after.current()).isEmpty();
        assertThat(after.layers().getFirst().content().cluster(HOST)).isPresent();
        assertThat(after.layers().getFirst().content().user(USER)).isEmpty();
    }

    @Test
    void logoutRemovesUsersThatHaveLostTheirContexts() {
        KubeconfigStack loggedIn = login(Optional.empty()).mergeInto(stack(foreign("kind")));
        KubeconfigStack orphaned =
                loggedIn.change(file -> file.withoutContext(HOST).withCurrent("kind"));

        KubeconfigStack after = LogoutEntries.removeFrom(orphaned);

        assertThat(after.layers().getFirst().content()).isEqualTo(foreign("kind"));
    }
}
