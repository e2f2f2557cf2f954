package io.kantoku.kubelet.boot;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.client.Backoff;
import io.kantoku.kubelet.NodeException;
import io.kantoku.kubelet.NodePlace;
import io.kantoku.kubelet.Taint;
import io.kantoku.kubelet.fleet.NodeSpec;
import io.kantoku.kubelet.kubeadm.ApiEndpoint;
import io.kantoku.kubelet.kubeadm.ClusterConfiguration;
import io.kantoku.kubelet.kubeadm.KubeadmConfig;
import io.kantoku.kubelet.kubeadm.KubeadmReader;
import io.kantoku.kubelet.kubeadm.KubeadmWriter;
import io.kantoku.kubelet.kubeadm.NodeRegistration;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One node from its start to its end: runs the {@code kubeadm init} or {@code kubeadm join} of its bootstrap data on a virtual
 * thread of its own, and what that began goes on until {@link #close}.
 */
public final class KubeadmNode implements AutoCloseable {
    private static final Pattern COMMAND = Pattern.compile("kubeadm (init|join) --config[ =](\\S+).*");
    private static final String JOINED = "joined-cluster.yaml";
    private static final Backoff JOIN_BACKOFF = new Backoff(Duration.ofMillis(20), Duration.ofSeconds(1), 0.2);
    private static final Duration JOIN_LIMIT = Duration.ofMinutes(10);

    private final NodeEnvironment environment;
    private final MachineFacts facts;
    private final BootListener listener;
    private final Thread thread;
    private ControlPlaneHost.@Nullable ControlPlane controlPlane;
    private @Nullable Member member;
    private boolean closed;

    /** A node's place in a cluster. */
    private record Member(ClusterId cluster, String node) {}

    private KubeadmNode(NodeEnvironment environment, MachineFacts facts, BootListener listener) {
        this.environment = environment;
        this.facts = facts;
        this.listener = listener;
        this.thread = Thread.ofVirtual().name("node-" + facts.name()).unstarted(this::run);
    }

    /** Starts a node and returns at once. */
    public static KubeadmNode start(NodeEnvironment environment, MachineFacts facts, BootListener listener) {
        KubeadmNode node = new KubeadmNode(environment, facts, listener);
        node.thread.start();
        return node;
    }

    /** Ends the node: its API server first, then its place in the cluster. */
    @Override
    public void close() {
        Optional<Member> place = end();
        place.ifPresent(member -> environment.fleet().leave(member.cluster(), member.node()));
    }

    /** Ends what this process does of the node; its containers go on, and the fleet finds them at the node's next start. */
    public void release() {
        end();
    }

    private Optional<Member> end() {
        thread.interrupt();
        ControlPlaneHost.ControlPlane serving;
        Optional<Member> place;
        synchronized (this) {
            closed = true;
            serving = controlPlane;
            place = Optional.ofNullable(member);
        }
        if (serving != null) {
            serving.close();
        }
        return place;
    }

    private void run() {
        try {
            KubeadmConfig config = configuration();
            switch (config) {
                case KubeadmConfig.Init init -> init(init);
                case KubeadmConfig.Join join -> join(join);
            }
            listener.joined();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the machine is being switched off
        } catch (RuntimeException e) { // the end of the node's thread: the machine must hear of whatever went wrong
            boolean explained = e instanceof NodeException || e instanceof ApiException;
            listener.failed(explained ? String.valueOf(e.getMessage()) : "the node failed: " + e);
        }
    }

    private KubeadmConfig configuration() {
        for (String command : facts.commands()) {
            Matcher matcher = COMMAND.matcher(command);
            if (matcher.matches()) {
                String file = facts.files().get(matcher.group(2));
                if (file == null) {
                    throw bad("the command '" + command + "' names a file that the bootstrap data does not write");
                }
                List<JsonNode> documents = Yaml.parseAll(file);
                return KubeadmReader.read(documents);
            }
        }
        throw bad("the bootstrap data has no command 'kubeadm init --config FILE' or 'kubeadm join --config FILE'");
    }

    private void init(KubeadmConfig.Init init) {
        listener.progress("starting the first control plane");
        ClusterId id = serve(init.cluster(), init.endpoint());
        if (facts.disk().read(JOINED).isEmpty()) { // once: what is there may be of a later release by now
            new InitUploads(environment.clusters().cluster(id), init.cluster(), ControlPlaneKeys.from(facts.files()))
                    .upload();
            remember(init.cluster());
        }
        register(id, init.cluster(), init.node(), Optional.of(init.endpoint()));
    }

    private void join(KubeadmConfig.Join join) throws InterruptedException {
        ClusterConfiguration configuration = discover(join);
        ClusterId id;
        if (join.controlPlane() != null) {
            listener.progress("starting a further control plane");
            id = serve(configuration, join.controlPlane());
        } else {
            id = facts.cluster();
        }
        register(id, configuration, join.node(), Optional.ofNullable(join.controlPlane()));
    }

    private ClusterConfiguration discover(KubeadmConfig.Join join) throws InterruptedException {
        Optional<String> joined = facts.disk().read(JOINED);
        if (joined.isPresent()) { // a node that has joined starts again without asking
            return KubeadmReader.readCluster(Yaml.parse(joined.get()));
        }
        Instant limit = environment.clock().instant().plus(JOIN_LIMIT);
        for (int attempt = 1; ; attempt++) {
            try {
                listener.progress(
                        "waiting for the control plane at " + join.discovery().apiServerEndpoint());
                ClusterConfiguration found = environment.discovery().discover(join.discovery(), facts.network());
                remember(found);
                return found;
            } catch (NodeException e) {
                listener.progress(String.valueOf(e.getMessage()));
                if (environment.clock().instant().isAfter(limit)) {
                    throw new NodeException(
                            NodeException.Code.JOIN_FAILED,
                            "gave up after " + JOIN_LIMIT.toMinutes() + " minutes: " + e.getMessage(),
                            e);
                }
                Thread.sleep(backoff(attempt));
            }
        }
    }

    private void remember(ClusterConfiguration cluster) {
        facts.disk().write(JOINED, Yaml.write(KubeadmWriter.latest().clusterConfiguration(cluster)));
    }

    private Duration backoff(int attempt) {
        return JOIN_BACKOFF.delay(attempt, environment.random());
    }

    private ClusterId serve(ClusterConfiguration configuration, ApiEndpoint endpoint) {
        ControlPlaneHost.ControlPlane serving = environment
                .host()
                .start(new ControlPlaneSpec(
                        facts.cluster(),
                        facts.name(),
                        configuration,
                        facts.addresses(),
                        endpoint.bindPort(),
                        ControlPlaneKeys.from(facts.files()),
                        facts.network()));
        synchronized (this) {
            if (!closed) {
                controlPlane = serving;
                return serving.cluster();
            }
        }
        serving.close();
        throw new NodeException(NodeException.Code.JOIN_FAILED, "the machine was switched off");
    }

    private void register(
            ClusterId id,
            ClusterConfiguration configuration,
            NodeRegistration registration,
            Optional<ApiEndpoint> own) {
        listener.progress("registering the node");
        synchronized (this) {
            if (closed) {
                return;
            }
            member = new Member(id, registration.name());
        }
        String apiServer = own.map(endpoint -> facts.addresses().getLast() + ":" + endpoint.bindPort())
                .orElse(configuration.controlPlaneEndpoint());
        environment
                .fleet()
                .join(
                        spec(id, configuration, registration),
                        new NodePlace(facts.network(), facts.directory(), configuration, apiServer, own.isPresent()));
        synchronized (this) {
            if (!closed) {
                return;
            }
        }
        environment.fleet().leave(id, registration.name()); // switched off meanwhile
    }

    private NodeSpec spec(ClusterId id, ClusterConfiguration configuration, NodeRegistration registration) {
        Map<String, String> arguments = registration.kubeletArguments();
        Map<String, String> labels = new HashMap<>(labels(arguments.getOrDefault("node-labels", "")));
        List<Taint> taints = registration.taints();
        return new NodeSpec(
                id,
                registration.name(),
                labels,
                taints,
                arguments.getOrDefault("node-ip", facts.addresses().getLast()),
                facts.release().isEmpty() ? configuration.kubernetesVersion() : facts.release(),
                arguments.getOrDefault("provider-id", ""),
                facts.cpus(),
                facts.memoryBytes());
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new HashMap<>();
        for (String pair : text.split(",", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                labels.put(pair.substring(0, equals), pair.substring(equals + 1));
            } else if (!pair.isEmpty()) {
                labels.put(pair, "");
            }
        }
        return labels;
    }

    private static NodeException bad(String message) {
        return new NodeException(NodeException.Code.BAD_CONFIGURATION, message);
    }
}
