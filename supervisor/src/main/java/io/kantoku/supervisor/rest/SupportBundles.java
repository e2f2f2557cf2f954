package io.kantoku.supervisor.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.client.Clusters;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.supervisor.HttpAnswers;
import io.kantoku.supervisor.vapi.VapiException;
import io.kantoku.supervisor.workload.WorkloadManagement;
import io.kantoku.supervisor.workload.WorkloadManagement.Enabled;
import io.kantoku.transport.Exchange;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.VirtualMachine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Support bundles: what one needs to understand a Supervisor from afar, as a tar archive. It has no Secrets, no passwords and no keys.
 * A bundle is fetched with a token, by GET with the header {@code wcp-support-bundle-token} or by POST with it in the body.
 */
public final class SupportBundles implements Operations {
    private static final String PATH = "/wcm/support-bundle/";
    private static final String TOKEN = "wcp-support-bundle-token";
    private static final Duration LIFETIME = Duration.ofHours(24);
    private static final int LOG_TAIL = 4 << 20;
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd").withZone(ZoneOffset.UTC);

    private static final List<GroupVersionResource> SHOWN = List.of(
            Resources.NODES,
            Resources.NAMESPACES,
            Resources.EVENTS,
            Resources.SERVICES,
            Resources.ENDPOINTS,
            Resources.RESOURCE_QUOTAS,
            GroupVersion.parse("run.tanzu.vmware.com/v1alpha1").resource("tanzukubernetesclusters"),
            GroupVersion.parse("cluster.x-k8s.io/v1alpha3").resource("machines"),
            GroupVersion.parse("vmoperator.vmware.com/v1alpha1").resource("virtualmachines"),
            GroupVersion.parse("netoperator.vmware.com/v1alpha1").resource("ippools"),
            GroupVersion.parse("netoperator.vmware.com/v1alpha1").resource("networkinterfaces"));

    private record Token(String text, Instant expiry) {}

    private final WorkloadManagement workload;
    private final Inventory inventory;
    private final Clusters clusters;
    private final Path log;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Token> tokens = new ConcurrentHashMap<>();

    /** @param log the log of this process, whose end goes into the bundle */
    public SupportBundles(
            WorkloadManagement workload, Inventory inventory, Clusters clusters, Path log, InstantSource clock) {
        this.workload = workload;
        this.inventory = inventory;
        this.clusters = clusters;
        this.log = log;
        this.clock = clock;
    }

    @Override
    public void addTo(Routes routes) {
        routes.add("POST", "/api/vcenter/namespace-management/clusters/{cluster}/support-bundle", this::create);
    }

    /** Whether a path outside the API is a bundle's. */
    public static boolean serves(String path) {
        return path.startsWith(PATH);
    }

    private Optional<JsonNode> create(Call call) {
        call.require("Namespaces.Manage");
        String cluster = call.path("cluster");
        if (workload.find(cluster).isEmpty()) {
            throw VapiException.notFound("Supervisor on cluster", cluster);
        }
        Instant now = clock.instant();
        Token token = tokens.compute(
                cluster,
                (_, known) ->
                        known != null && now.isBefore(known.expiry()) ? known : new Token(token(), now.plus(LIFETIME)));
        ObjectNode json = Json.object()
                .put("url", "https://" + call.exchange().header("Host").orElse("localhost") + PATH + cluster);
        json.putObject("wcp_support_bundle_token")
                .put("token", token.text())
                .put("expiry", token.expiry().toString());
        return Optional.of(json);
    }

    private String token() {
        byte[] bytes = new byte[24];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Answers a request for a bundle. */
    public void handle(Exchange exchange) throws IOException {
        String cluster = exchange.rawPath().substring(PATH.length());
        String given = exchange.header(TOKEN).orElse("");
        if (given.isEmpty() && exchange.method().equals("POST")) {
            given = Call.body(exchange).path(TOKEN).asText();
        }
        Token known = tokens.get(cluster);
        boolean right = known != null
                && clock.instant().isBefore(known.expiry())
                && MessageDigest.isEqual(
                        given.getBytes(StandardCharsets.UTF_8), known.text().getBytes(StandardCharsets.UTF_8));
        if (!right) {
            HttpAnswers.text(exchange, 401, "text/plain", "the token is wrong or has ended; ask for a new one\n");
            return;
        }
        String name = "wcp-support-bundle-" + cluster + "-" + DATE.format(clock.instant()) + "--00-00.tar";
        exchange.responseHeader("Content-Disposition", "attachment; filename=" + name);
        exchange.respond(200, "application/x-tar", archive(cluster));
    }

    private byte[] archive(String cluster) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (Map.Entry<String, byte[]> file : files(cluster).entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                entry.setSize(file.getValue().length);
                entry.setModTime(clock.instant().toEpochMilli());
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private Map<String, byte[]> files(String cluster) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        Optional<Enabled> enabled = workload.find(cluster);
        if (enabled.isPresent()) {
            files.put("cluster.json", pretty(new ClusterForms(inventory).live(enabled.get())));
        }
        for (VirtualMachine vm : inventory.machines().list()) {
            StringBuilder console = new StringBuilder(MachineForms.info(vm).toPrettyString()).append("\n\n");
            inventory
                    .machines()
                    .console(vm.id(), 0)
                    .forEach(line -> console.append(line.time())
                            .append(' ')
                            .append(line.text())
                            .append('\n'));
            files.put("machines/" + vm.id() + ".txt", console.toString().getBytes(StandardCharsets.UTF_8));
        }
        if (clusters.ids().contains(ClusterId.SUPERVISOR)) {
            KubeClient client = clusters.cluster(ClusterId.SUPERVISOR);
            for (GroupVersionResource resource : SHOWN) {
                files.put("kubernetes/" + resource.resource() + ".yaml", objects(client, resource));
            }
        }
        files.put("kantoku.log", tail());
        return files;
    }

    private static byte[] objects(KubeClient client, GroupVersionResource resource) {
        try {
            List<JsonNode> objects = client.list(resource, Query.all()).items().stream()
                    .map(object -> {
                        ObjectNode json = object.json().deepCopy();
                        json.withObjectProperty("metadata").remove("managedFields");
                        return (JsonNode) json;
                    })
                    .toList();
            return Yaml.writeAll(objects).getBytes(StandardCharsets.UTF_8);
        } catch (ApiException e) {
            return ("# " + e.getMessage() + "\n").getBytes(StandardCharsets.UTF_8);
        }
    }

    private static byte[] pretty(ObjectNode json) {
        return json.toPrettyString().getBytes(StandardCharsets.UTF_8);
    }

    private byte[] tail() throws IOException {
        if (!Files.exists(log)) {
            return new byte[0];
        }
        try (var channel = Files.newByteChannel(log)) {
            long size = channel.size();
            channel.position(Math.max(0, size - LOG_TAIL));
            return Channels.newInputStream(channel).readNBytes(LOG_TAIL);
        }
    }
}
