package io.kantoku.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.cli.CliException;
import io.kantoku.cli.instance.StateDirectory;
import io.kantoku.cli.trial.Trial;
import io.kantoku.client.Endpoint;
import io.kantoku.client.HttpClusters;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Kubeconfig;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Query;
import io.kantoku.client.Subscription;
import io.kantoku.loadbalancer.VirtualServer.Target;
import io.kantoku.transport.Dialler;
import io.kantoku.transport.HttpClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Measures Services of type LoadBalancer as whoever applies them meets them: from the call of the Kubernetes API to the first answer. */
final class ServiceBench implements AutoCloseable {
    private static final String NAMESPACE = "bench";
    private static final int PORT = 20443;
    private static final int AT_ONCE = 16;
    private static final int WAIT_MILLIS = 10_000;
    private static final long LIMIT_SECONDS = 120;
    private static final GroupVersionResource SERVICES =
            GroupVersion.parse("v1").resource("services");
    private static final GroupVersionResource ENDPOINTS =
            GroupVersion.parse("v1").resource("endpoints");

    private final Trial trial;
    private final HttpClient http = HttpClient.start();
    private final Map<String, CompletableFuture<String>> addresses = new ConcurrentHashMap<>();
    private final LbSite site;
    private final KubeClient client;
    private final Subscription services;
    private int next;

    /** Starts the instance with a Supervisor and a namespace. */
    ServiceBench(Trial trial) throws IOException, InterruptedException {
        this.trial = trial;
        trial.up().succeeds();
        enable();
        trial.kantoku("namespace", "create", NAMESPACE).succeeds();
        Kubeconfig config = Kubeconfig.parse(
                StateDirectory.read(trial.state().supervisorKubeconfig()).orElseThrow());
        HttpClusters clusters = new HttpClusters(
                ClusterId.SUPERVISOR, http, Endpoint.of(config, config.current(), new Dialler.Tcp(trial.inside())));
        this.client = clusters.cluster(ClusterId.SUPERVISOR);
        this.services = clusters.subscribe(SERVICES, Query.in(NAMESPACE), new Addresses());
        this.site = LbSite.open(trial.inside(), trial.addresses().vcenter().toString());
    }

    /** With room for as many Services as are wanted: the lab's own range has 512 addresses. */
    private void enable() throws IOException, InterruptedException {
        ObjectNode spec = trial.kantoku("enable", "--print-spec").json().deepCopy();
        spec.putObject("service_cidr").put("address", "10.112.0.0").put("prefix", 16);
        Path file = trial.write("enable.json", spec.toPrettyString());
        trial.kantoku("enable", "--spec", file.toString()).succeeds();
    }

    /** Learns the addresses that Services get. */
    private final class Addresses implements ObjectListener {
        @Override
        public void onPresent(ClusterId cluster, KubeObject service, @Nullable KubeObject previous) {
            String ip = service.at("status", "loadBalancer", "ingress")
                    .path(0)
                    .path("ip")
                    .asText("");
            if (!ip.isEmpty()) {
                address(service.name()).complete(ip);
            }
        }

        @Override
        public void onDeleted(ClusterId cluster, KubeObject last) {}
    }

    private CompletableFuture<String> address(String name) {
        return addresses.computeIfAbsent(name, _ -> new CompletableFuture<>());
    }

    private String await(String name) throws InterruptedException {
        try {
            return address(name).get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw CliException.failed("the Service " + name + " has no address after " + LIMIT_SECONDS + " s");
        }
    }

    private static KubeObject object(String kind, String name) {
        return KubeObject.create(new GroupVersionKind("", "v1", kind), NAMESPACE, name);
    }

    private void endpoints(String name) throws IOException {
        Target target = site.target();
        KubeObject endpoints = object("Endpoints", name);
        var subset = endpoints.json().putArray("subsets").addObject();
        subset.putArray("addresses").addObject().put("ip", target.address());
        subset.putArray("ports")
                .addObject()
                .put("name", "p")
                .put("port", target.port())
                .put("protocol", "TCP");
        client.create(ENDPOINTS, endpoints);
    }

    private void service(String name) {
        KubeObject service = object("Service", name);
        service.spec()
                .put("type", "LoadBalancer")
                .putArray("ports")
                .addObject()
                .put("name", "p")
                .put("port", PORT)
                .put("protocol", "TCP");
        client.create(SERVICES, service);
    }

    /** Provides so many Services in all. */
    LbBench.Line fill(int count) throws InterruptedException {
        int first = next;
        long begin = System.nanoTime();
        Semaphore places = new Semaphore(AT_ONCE);
        List<Future<String>> applied = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (; next < count; next++) {
                String name = "svc-" + next;
                places.acquire();
                applied.add(threads.submit(() -> {
                    try {
                        endpoints(name);
                        service(name);
                    } finally {
                        places.release();
                    }
                    return name;
                }));
            }
        }
        for (Future<String> one : applied) {
            await(applied(one));
        }
        double perSecond = (count - first) / ((System.nanoTime() - begin) / 1e9);
        return LbBench.line(
                "Services " + (first + 1) + " to " + count + " applied, " + AT_ONCE
                        + " at once, until all have an address",
                "%.0f/s".formatted(perSecond),
                "per_second",
                perSecond);
    }

    private static String applied(Future<String> service) throws InterruptedException {
        try {
            return service.get();
        } catch (ExecutionException e) {
            throw CliException.failed("a Service cannot be applied: " + e.getCause());
        }
    }

    /** From the call that applies a Service to the first good answer through its virtual IP. */
    LbBench.Line create(int present, int times) throws IOException, InterruptedException {
        long[] nanos = new long[times];
        for (int i = -LbBench.WARM_UP; i < times; i++) {
            String name = "svc-" + next++;
            endpoints(name);
            long begin = System.nanoTime();
            service(name);
            String vip = await(name);
            try (LbSite.Visit visit = LbSite.Visit.to(trial.inside(), new Target(vip, PORT), WAIT_MILLIS)) {
                visit.ask();
            }
            if (i >= 0) {
                nanos[i] = System.nanoTime() - begin;
            }
        }
        return LbBench.percentiles("Service applied -> first good answer, " + present + " present", nanos);
    }

    @Override
    public void close() throws IOException {
        services.close();
        site.close();
        http.close();
    }
}
