package io.kantoku.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.transport.ClientTls;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.Target;
import io.kantoku.vsphere.cloudinit.CloudInit;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the simulator cannot do: boots its machines. The user data that vCenter was given are read back, and what they say is done: control
 * VMs become relays ({@link RelayGuest}), nodes of guest clusters run kubeadm ({@link KubeadmGuests}).
 */
final class VcenterGuests implements AutoCloseable {
    private final HttpClient http = HttpClient.start();
    private final Target vcenter;
    private final String session;
    private final KubeadmGuests nodes;
    private final Map<String, AutoCloseable> booted = new HashMap<>();

    VcenterGuests(URI url, Path certificate, Path directory) throws IOException {
        nodes = new KubeadmGuests(http, directory);
        vcenter = Target.https(url.getHost(), url.getPort(), ClientTls.trusting(Files.readString(certificate)));
        String basic = Base64.getEncoder().encodeToString("user:pass".getBytes(StandardCharsets.UTF_8));
        session = Json.parse(http.send(HttpRequest.of("POST", vcenter, "/rest/com/vmware/cis/session")
                                .header("Authorization", "Basic " + basic))
                        .body())
                .path("value")
                .asText();
    }

    JsonNode get(String path) {
        return Json.parse(http.send(HttpRequest.of("GET", vcenter, "/rest/vcenter/" + path)
                                .header("vmware-api-session-id", session))
                        .body())
                .path("value");
    }

    /** Boots the machines that are on, and ends those that are not. */
    void follow() throws IOException, InterruptedException {
        Set<String> gone = new HashSet<>(booted.keySet());
        for (JsonNode vm : get("vm")) {
            String id = vm.path("vm").asText();
            gone.remove(id);
            boolean on = vm.path("power_state").asText().equals("POWERED_ON");
            if (on && !booted.containsKey(id)) {
                booted.put(id, boot(get("vm/" + id), yaml(id)));
            } else if (!on && booted.containsKey(id)) {
                end(booted.remove(id));
            }
        }
        gone.forEach(id -> end(booted.remove(id)));
    }

    KubeadmGuests nodes() {
        return nodes;
    }

    CloudInit userData(String vm) {
        return CloudInit.read(yaml(vm)).config();
    }

    private String yaml(String vm) {
        String text = get("vm/" + vm).at("/extra_config/user-data").asText();
        return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
    }

    private AutoCloseable boot(JsonNode vm, String userData) throws IOException, InterruptedException {
        CloudInit config = CloudInit.read(userData).config();
        boolean relays = config.files().stream().anyMatch(file -> file.path().endsWith(".socket"));
        return relays ? RelayGuest.boot(config) : nodes.boot(vm, config, userData);
    }

    private static void end(AutoCloseable machine) {
        try {
            machine.close();
        } catch (Exception e) { // a test's end
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        booted.values().forEach(VcenterGuests::end);
        nodes.close();
        http.close();
    }
}
