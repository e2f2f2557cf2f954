package io.kantoku.cli.instance;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apiserver.ApiServer;
import io.kantoku.apiserver.ClusterOptions;
import io.kantoku.client.Clusters;
import io.kantoku.kubelet.NodeException;
import io.kantoku.kubelet.boot.ControlPlaneHost;
import io.kantoku.kubelet.boot.ControlPlaneSpec;
import io.kantoku.kubelet.kubeadm.ClusterConfiguration;
import io.kantoku.transport.HttpHandler;
import io.kantoku.transport.HttpServer;
import io.kantoku.transport.ListenSpec;
import io.kantoku.transport.Listener;
import io.kantoku.transport.TlsIdentity;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.LeafSpec;
import io.kantoku.transport.pki.PkiException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Control planes as listeners of this process: each machine's API server is the one engine behind the machine's addresses. */
final class JvmControlPlanes implements ControlPlaneHost {
    private static final Logger LOG = LoggerFactory.getLogger(JvmControlPlanes.class);

    private final Platform platform;
    private final ApiServer engine;
    private final HttpServer server;
    private final KeyRing keyRing;
    private final NodeCalls calls;
    private final InstantSource clock;
    private final ApiEndpoints endpoints;

    JvmControlPlanes(Platform platform, Clusters clusters, HttpServer server, NodeCalls calls, InstantSource clock) {
        this.platform = platform;
        this.engine = platform.engine();
        this.server = server;
        this.keyRing = platform.keyRing();
        this.calls = calls;
        this.clock = clock;
        this.endpoints = new ApiEndpoints(engine, clusters);
    }

    @Override
    public ControlPlane start(ControlPlaneSpec spec) {
        ClusterId cluster = spec.id();
        CertificateAuthority authority = authority(spec);
        String known = keyRing.caPem(cluster);
        if (!known.isEmpty() && !known.equals(spec.keys().caCertificate())) {
            throw new NodeException(
                    NodeException.Code.BAD_CONFIGURATION,
                    "the cluster " + cluster
                            + " has another authority than the machine's bootstrap data bring; keys of a"
                            + " cluster that runs cannot be replaced by a machine");
        }
        keyRing.put(cluster, spec.keys());
        configure(cluster, options(cluster, spec.cluster()));
        calls.open(cluster, spec.addresses(), spec.network(), authority);
        TlsIdentity identity = identity(authority, hosts(spec));
        List<Listener> listeners = new ArrayList<>();
        try {
            for (String address : spec.addresses()) {
                listeners.add(listen(spec, address, spec.port(), identity, engine.handler(cluster)));
            }
        } catch (NodeException e) {
            listeners.forEach(Listener::close);
            calls.close(cluster, spec.addresses());
            throw e;
        }
        String advertised = spec.addresses().getLast();
        endpoints.add(cluster, advertised);
        LOG.atInfo()
                .setMessage("API server listens")
                .addKeyValue("cluster", cluster)
                .addKeyValue("machine", spec.node())
                .addKeyValue("addresses", spec.addresses())
                .log();
        return new ControlPlane() {
            @Override
            public ClusterId cluster() {
                return cluster;
            }

            @Override
            public void close() {
                listeners.forEach(Listener::close);
                calls.close(cluster, spec.addresses());
                endpoints.remove(cluster, advertised);
            }
        };
    }

    /**
     * Makes the cluster if there is none. A machine of a newer version brings a Supervisor's API to that version; a guest's changes when
     * its operators say so, since they know all its masters ({@link Platform#bringTo}).
     */
    private void configure(ClusterId cluster, ClusterOptions wanted) {
        engine.clusters().ensure(cluster, wanted);
        if (cluster.equals(ClusterId.SUPERVISOR)) {
            platform.bringTo(cluster, wanted.kubernetesVersion());
        }
    }

    /** A further listener of a machine, with a certificate for the machine's names and addresses. */
    Listener front(ControlPlaneSpec spec, String address, int port, HttpHandler handler) {
        return listen(spec, address, port, identity(authority(spec), hosts(spec)), handler);
    }

    private CertificateAuthority authority(ControlPlaneSpec spec) {
        try {
            return CertificateAuthority.restore(
                    spec.keys().caCertificate(), spec.keys().caKey(), clock);
        } catch (PkiException e) {
            throw new NodeException(
                    NodeException.Code.BAD_CONFIGURATION,
                    "the cluster's authority cannot be used: " + e.getMessage(),
                    e);
        }
    }

    private static ClusterOptions options(ClusterId cluster, ClusterConfiguration configuration) {
        return new ClusterOptions(
                configuration.serviceSubnet(),
                configuration.podSubnet(),
                configuration.kubernetesVersion(),
                !cluster.equals(ClusterId.SUPERVISOR),
                Map.of());
    }

    private static List<String> hosts(ControlPlaneSpec spec) {
        List<String> hosts = new ArrayList<>(spec.cluster().certificateNames());
        hosts.addAll(spec.addresses());
        hosts.add(spec.node());
        String endpoint = spec.cluster().controlPlaneEndpoint();
        hosts.add(endpoint.substring(0, endpoint.lastIndexOf(':')));
        hosts.addAll(List.of("kubernetes", "kubernetes.default", "kubernetes.default.svc", "localhost", "127.0.0.1"));
        hosts.add("kubernetes.default.svc." + spec.cluster().dnsDomain());
        return hosts.stream().distinct().toList();
    }

    /** The chain goes up to the cluster's own authority, so that who trusts what vouches for that can follow it. */
    private static TlsIdentity identity(CertificateAuthority authority, List<String> hosts) {
        TlsIdentity leaf = authority.issue(LeafSpec.server("kube-apiserver", hosts));
        return new TlsIdentity(leaf.key(), List.of(leaf.certificate(), authority.certificate()));
    }

    private Listener listen(
            ControlPlaneSpec spec, String address, int port, TlsIdentity identity, HttpHandler handler) {
        X509Certificate authority = identity.chain().getLast();
        try {
            return server.listen(new ListenSpec(
                    spec.node() + "@" + address + ":" + port,
                    spec.network(),
                    new InetSocketAddress(InetAddress.ofLiteral(address), port),
                    Optional.of(identity),
                    List.of(authority),
                    handler));
        } catch (IOException e) {
            throw new NodeException(NodeException.Code.ADDRESS_UNAVAILABLE, String.valueOf(e.getMessage()), e);
        }
    }
}
