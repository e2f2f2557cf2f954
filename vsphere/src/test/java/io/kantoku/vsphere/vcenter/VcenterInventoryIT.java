package io.kantoku.vsphere.vcenter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.transport.HttpClient;
import io.kantoku.vsphere.ComputeCluster;
import io.kantoku.vsphere.Folder;
import io.kantoku.vsphere.GuestStatus;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.Network;
import io.kantoku.vsphere.Nic;
import io.kantoku.vsphere.ResourcePool;
import io.kantoku.vsphere.SecretBytes;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VmHardware;
import io.kantoku.vsphere.VmListener;
import io.kantoku.vsphere.VmPlacement;
import io.kantoku.vsphere.VmSpec;
import io.kantoku.vsphere.VsphereException;
import io.kantoku.vsphere.embedded.InventoryStorage;
import io.kantoku.vsphere.library.LibraryItem;
import io.kantoku.vsphere.machine.StopMode;
import io.kantoku.vsphere.net.InterfaceAddress;
import io.kantoku.vsphere.net.Ipv4Address;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The adapter of a real vCenter against govmomi's simulator. */
class VcenterInventoryIT {
    private static final String CONFIG = "#cloud-config\nruncmd:\n- echo hello\n";

    @TempDir
    private static Path directory;

    private static Vcsim vcsim;
    private static HttpClient http;
    private static List<X509Certificate> authorities;

    private final InventoryStorage storage = InventoryStorage.inMemory();

    @BeforeAll
    static void start() throws Exception {
        vcsim = Vcsim.start(directory);
        authorities = vcsim.authorities();
        http = HttpClient.start();
    }

    @AfterAll
    static void stop() throws Exception {
        http.close();
        vcsim.close();
    }

    @Test
    void readsTheInventory() {
        try (VcenterInventory inventory = open("user", "kantoku")) {
            assertThat(inventory.datacenters()).isNotEmpty();
            assertThat(inventory.clusters()).isNotEmpty();
            assertThat(inventory.hosts()).isNotEmpty();
            assertThat(inventory.networks()).isNotEmpty().allMatch(Network.PortGroup.class::isInstance);
            assertThat(inventory.datastores()).isNotEmpty();
            assertThat(inventory.storagePolicies()).isNotEmpty();
            assertThat(inventory.libraries().list()).singleElement().satisfies(library -> {
                assertThat(library.name()).isEqualTo("tkg");
                assertThat(inventory.libraries().items(library.id()))
                        .hasSize(2)
                        .allSatisfy(item -> assertThat(item.release()).isPresent());
            });
        }
    }

    @Test
    void saysWhatItLacks() {
        assertThatThrownBy(() -> open("user", "nowhere"))
                .isInstanceOf(VsphereException.class)
                .hasMessageContaining("no VM folder named nowhere");
    }

    @Test
    void saysWhyItCannotLogIn() {
        assertThatThrownBy(() -> open(options("user", "wrong", "", "kantoku", authorities)))
                .hasMessageContaining("refuses the login as user; check the user and the password");
        assertThatThrownBy(() -> open(options("user", "pass", "", "kantoku", List.of())))
                .hasMessageContaining("give the file with its authority (--vcenter-ca)");
        assertThatThrownBy(() -> open(options("user", "pass", "elsewhere", "kantoku", authorities)))
                .hasMessageContaining("vCenter has no datacenter elsewhere but these: DC0");
    }

    /** Images have one card as a rule; the second is added. */
    @Test
    void cardsThatTheImageLacksAreAdded() {
        try (VcenterInventory inventory = open("user", "kantoku")) {
            VmSpec one = spec(inventory, "supervisor-1");
            Nic second = Nic.on(
                    inventory.networkNamed("workload").id(),
                    InterfaceAddress.parse("10.44.60.100/24"),
                    Ipv4Address.parse("10.44.60.1"));
            VirtualMachine made =
                    inventory.machines().create(one.withNics(List.of(one.nics().getFirst(), second)));
            try (VcenterSession session = new VcenterSession(http, options("user", "kantoku"))) {
                assertThat(session.get("/rest/vcenter/vm/" + made.id() + "/hardware/ethernet"))
                        .hasSize(2);
            }
            inventory.machines().delete(made.id());
        }
    }

    @Test
    void poolsAreMadeAndRemoved() {
        try (VcenterInventory inventory = open("user", "kantoku")) {
            MoRef root = inventory.clusters().getFirst().resourcePool();
            ResourcePool made = inventory.resourcePools().ensure(root, "Namespaces");
            assertThat(inventory.resourcePools().child(root, "Namespaces")).contains(made);
            inventory.resourcePools().delete(made.id());
            assertThat(inventory.resourcePools().child(root, "Namespaces")).isEmpty();
        }
    }

    @Test
    void aMachineIsDeployedRunsAndIsFoundAgain() throws Exception {
        VirtualMachine made;
        try (VcenterInventory inventory = open("user", "kantoku")) {
            LinkedBlockingQueue<VirtualMachine> seen = new LinkedBlockingQueue<>();
            inventory.machines().subscribe(new VmListener() {
                @Override
                public void onPresent(VirtualMachine vm) {
                    seen.add(vm);
                }

                @Override
                public void onDeleted(VirtualMachine last) {
                    seen.add(last);
                }
            });
            made = inventory.machines().create(spec(inventory, "tkc01-control-plane-1"));
            assertThat(made.isOn()).isFalse();
            assertThatThrownBy(() -> inventory.machines().create(spec(inventory, "tkc01-control-plane-1")))
                    .isInstanceOfSatisfying(
                            VsphereException.class,
                            e -> assertThat(e.code()).isEqualTo(VsphereException.Code.ALREADY_EXISTS));
            inventory.machines().powerOn(made.id());
            VirtualMachine running = await(seen, GuestStatus.State.RUNNING);
            assertThat(running.guest().addresses()).containsExactly(Ipv4Address.parse("10.44.59.100"));
            assertThat(userData(made))
                    .startsWith("#cloud-config\n")
                    .contains("echo hello")
                    .contains("Address=10.44.59.100/24\\nGateway=10.44.59.1\\n");
        }
        try (VcenterInventory again = open("user", "kantoku")) {
            assertThat(again.machines().find(made.id())).hasValueSatisfying(found -> {
                assertThat(found.isOn()).isTrue();
                assertThat(found.spec().metadata()).containsEntry("kantoku.io/namespace", "ns1");
            });
            assertThat(again.machines()
                            .resize(made.id(), VmHardware.bestEffort(4, 4096))
                            .isOn())
                    .isTrue();
            assertThat(vm(made).at("/cpu/count").asInt()).isEqualTo(4);
            again.machines().powerOff(made.id(), StopMode.HARD);
            again.machines().delete(made.id());
            assertThat(again.machines().list()).isEmpty();
            again.machines().delete(made.id()); // gone already
        }
    }

    /** A process that ended between the deployment and its record: the machine is there, and is taken. */
    @Test
    void aDeploymentThatWasCutShortIsTakenUp() {
        InventoryStorage forgetful = InventoryStorage.inMemory();
        VirtualMachine first;
        try (VcenterInventory inventory = VcenterInventory.open(http, options("user", "kantoku"), forgetful, clock())) {
            first = inventory.machines().create(spec(inventory, "tkc02-workers-1"));
        }
        try (VcenterInventory inventory = open("user", "kantoku")) {
            VirtualMachine second = inventory.machines().create(spec(inventory, "tkc02-workers-1"));
            assertThat(second.id()).isEqualTo(first.id());
            inventory.machines().delete(second.id());
        }
    }

    @Test
    void foldersAreOurOwn() {
        try (VcenterInventory inventory = open("user", "kantoku")) {
            Folder root = inventory.folders().list().getFirst();
            Folder made = inventory.folders().ensure(root.id(), "ns1");
            assertThat(inventory.folders().child(root.id(), "ns1")).contains(made);
            inventory.folders().delete(made.id());
            assertThat(inventory.folders().list()).containsExactly(root);
        }
    }

    private VcenterInventory open(String user, String folder) {
        return open(options(user, folder));
    }

    private VcenterInventory open(VcenterOptions options) {
        return VcenterInventory.open(http, options, storage, clock());
    }

    private static InstantSource clock() {
        return InstantSource.system();
    }

    private static VcenterOptions options(String user, String folder) {
        return options(user, "pass", "", folder, authorities);
    }

    private static VcenterOptions options(
            String user, String password, String datacenter, String folder, List<X509Certificate> trusted) {
        return new VcenterOptions(
                vcsim.url(), trusted, user, password, datacenter, folder, "kantoku-test", Duration.ofMillis(100));
    }

    private static VmSpec spec(VcenterInventory inventory, String name) {
        ComputeCluster cluster = inventory.clusters().getFirst();
        LibraryItem image = inventory
                .libraries()
                .items(inventory.libraries().list().getFirst().id())
                .getFirst();
        return new VmSpec(
                name,
                new VmPlacement(
                        inventory.folders().list().getFirst().id(),
                        cluster.resourcePool(),
                        inventory.storagePolicies().getFirst().id()),
                VmHardware.bestEffort(2, 2048),
                image.name(),
                List.of(Nic.on(
                        inventory.networks().getFirst().id(),
                        InterfaceAddress.parse("10.44.59.100/24"),
                        Ipv4Address.parse("10.44.59.1"))),
                SecretBytes.utf8(CONFIG),
                Map.of("kantoku.io/namespace", "ns1"));
    }

    private static String userData(VirtualMachine vm) {
        return new String(
                Base64.getDecoder().decode(vm(vm).at("/extra_config/user-data").asText()), StandardCharsets.UTF_8);
    }

    private static JsonNode vm(VirtualMachine vm) {
        try (VcenterSession session = new VcenterSession(http, options("user", "kantoku"))) {
            return session.get("/rest/vcenter/vm/" + vm.id());
        }
    }

    private static VirtualMachine await(LinkedBlockingQueue<VirtualMachine> seen, GuestStatus.State state)
            throws InterruptedException {
        while (true) {
            VirtualMachine vm = seen.poll(30, TimeUnit.SECONDS);
            if (vm == null) {
                throw new AssertionError("the machine did not become " + state);
            }
            if (vm.guest().state() == state) {
                return vm;
            }
        }
    }
}
