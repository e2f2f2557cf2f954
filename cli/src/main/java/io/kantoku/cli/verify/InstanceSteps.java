package io.kantoku.cli.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.cli.instance.StateDirectory;
import io.kantoku.cli.trial.Outcome;
import io.kantoku.cli.trial.TrialFailure;
import io.kantoku.transport.ClientTls;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.HttpResponse;
import io.kantoku.transport.Target;
import io.kantoku.vsphere.embedded.AddressPlan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** From nothing to a running instance: set-up, console page, inventory. */
final class InstanceSteps {
    private final Walk walk;

    InstanceSteps(Walk walk) {
        this.walk = walk;
    }

    List<Step> steps() {
        return List.of(
                new Step("up: the instance starts and says where the console is", "", this::up),
                new Step("the console's page, the plugin and the CA can be downloaded", "A15", this::console),
                new Step("the inventory: hosts, switch, storage policies, releases", "A1", this::inventory),
                new Step("HAProxy stands in it with a card on each network", "A5", this::appliance));
    }

    private void up() throws IOException, InterruptedException {
        walk.trial().requireKubectl();
        Outcome up = walk.trial().up().succeeds();
        StateDirectory state = walk.trial().state();
        up.says(
                "Kantoku is ready (runtime: " + walk.trial().runtime() + ")",
                "https://localhost:" + walk.trial().consolePort(),
                state.administratorPassword().toString());
        String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(state.administratorPassword()));
        TrialFailure.unless(mode.equals("rw-------"), "the password file has mode " + mode + ", not rw-------");
        JsonNode status = walk.trial().kantoku("status", "-o", "json").json();
        TrialFailure.unless(
                status.path("state").asText().equals("running")
                        && status.path("runtime").asText().equals(walk.trial().runtime())
                        && status.path("runtime_description")
                                .asText()
                                .contains(walk.trial().isLab() ? "containers" : "run nothing"),
                "status does not say what runs and what is simulated: " + status);
    }

    private void console() throws IOException {
        StateDirectory state = walk.trial().state();
        String authority = StateDirectory.read(state.authority()).orElseThrow();
        Target console = Target.https("127.0.0.1", walk.trial().consolePort(), ClientTls.trusting(authority));
        try (HttpClient http = HttpClient.start()) {
            String page = get(http, console, "/").text();
            TrialFailure.unless(page.contains("Kantoku"), "the console's page is somebody else's:\n" + page);
            Map<String, byte[]> plugin = unzip(get(http, console, "/wcp/plugin/linux-amd64/vsphere-plugin.zip")
                    .body());
            TrialFailure.unless(
                    plugin.containsKey("bin/kubectl-vsphere"),
                    "the plugin's archive lacks bin/kubectl-vsphere: " + plugin.keySet());
            Map<String, byte[]> certificates =
                    unzip(get(http, console, "/certs/download.zip").body());
            String downloaded = certificates.values().stream()
                    .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                    .findFirst()
                    .orElse("");
            TrialFailure.unless(
                    downloaded.strip().equals(authority.strip()),
                    "/certs/download.zip does not hold vCenter's CA: " + certificates.keySet());
            walk.trial().write("vcenter-ca.pem", downloaded);
        }
    }

    private static HttpResponse get(HttpClient http, Target console, String path) {
        HttpResponse response = http.send(HttpRequest.get(console, path));
        TrialFailure.unless(response.status() == 200, "GET " + path + " of the console gave " + response.status());
        return response;
    }

    private static Map<String, byte[]> unzip(byte[] archive) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (!entry.isDirectory()) {
                    files.put(entry.getName().replaceFirst("^/", ""), zip.readAllBytes());
                }
            }
        }
        return files;
    }

    private void inventory() {
        int hosts = 0;
        for (JsonNode host : walk.vcenter("/api/vcenter/host")) {
            hosts += host.path("connection_state").asText().equals("CONNECTED") ? 1 : 0;
        }
        TrialFailure.unless(hosts == 3, "the inventory has " + hosts + " connected hosts, not 3");
        holds("cluster", "cluster01");
        holds("network", "management", "workload");
        holds("storage/policies", "k8s-storage", "vm-storage");
        holds("datastore", "datastore01");
        JsonNode libraries = walk.vcenter("/api/content/library");
        TrialFailure.unless(libraries.size() == 1, "there is not one content library: " + libraries);
        JsonNode items = walk.vcenter(
                "/api/content/library/item?library_id=" + libraries.path(0).asText());
        TrialFailure.unless(!items.isEmpty(), "the content library has no releases");
        TrialFailure.unless(
                walk.vcenter("/api/vcenter/namespace-management/clusters").isEmpty(),
                "Workload Management is enabled already");
    }

    private void holds(String collection, String... names) {
        TreeSet<String> found = new TreeSet<>();
        walk.vcenter("/api/vcenter/" + collection)
                .forEach(item -> found.add(item.path("name").asText()));
        TrialFailure.unless(
                found.containsAll(List.of(names)),
                "the inventory's " + collection + " lacks one of " + List.of(names) + ": " + found);
    }

    private void appliance() {
        AddressPlan plan = walk.trial().addresses();
        String id = "";
        for (JsonNode vm : walk.vcenter("/api/vcenter/vm")) {
            id = vm.path("name").asText().equals("haproxy-1") ? vm.path("vm").asText() : id;
        }
        TrialFailure.unless(!id.isEmpty(), "the inventory has no machine haproxy-1");
        JsonNode vm = walk.vcenter("/api/vcenter/vm/" + id);
        TrialFailure.unless(vm.path("power_state").asText().equals("POWERED_ON"), "haproxy-1 is not on: " + vm);
        Map<String, String> networks = new LinkedHashMap<>();
        walk.vcenter("/api/vcenter/network")
                .forEach(network -> networks.put(
                        network.path("network").asText(), network.path("name").asText()));
        Map<String, String> cards = new LinkedHashMap<>();
        vm.path("nics")
                .forEach(nic -> cards.put(
                        networks.getOrDefault(nic.path("network").asText(), ""),
                        nic.path("address").asText()));
        Map<String, String> wanted = Map.of(
                "management", plan.applianceManagement(0).toString(),
                "workload", plan.applianceWorkload(0).toString());
        TrialFailure.unless(cards.equals(wanted), "haproxy-1 has the cards " + cards + ", not " + wanted);
    }
}
