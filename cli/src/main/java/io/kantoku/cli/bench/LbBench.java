package io.kantoku.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.cli.CliException;
import io.kantoku.lab.Ledger;
import io.kantoku.lab.Processes;
import io.kantoku.loadbalancer.ConfigCall;
import io.kantoku.loadbalancer.DataPlaneClient;
import io.kantoku.loadbalancer.LoadBalancerProgrammer;
import io.kantoku.loadbalancer.VirtualServer;
import io.kantoku.loadbalancer.VirtualServer.Port;
import io.kantoku.loadbalancer.VirtualServer.Target;
import io.kantoku.loadbalancer.appliance.Appliance;
import io.kantoku.loadbalancer.model.Bind;
import io.kantoku.loadbalancer.model.Frontend;
import io.kantoku.loadbalancer.model.Kinds;
import io.kantoku.loadbalancer.model.Parent;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpServer;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/** Measures appliances through the Data Plane API and through their virtual IPs, as the operators and their users meet them. */
final class LbBench implements AutoCloseable {
    private static final int PORT = 20443;
    private static final int PLAIN = 3_600;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int WAIT_MILLIS = 10_000;

    /** Changes that are made before any is measured, for the code that makes them to be compiled. */
    static final int WARM_UP = 20;

    private final LbPlace place;
    private final HttpServer server = HttpServer.start();
    private final HttpClient http = HttpClient.start();
    private final Ledger ledger;
    private final LbSite site;
    private final List<Appliance> appliances = new ArrayList<>();
    private final List<DataPlaneClient> clients = new ArrayList<>();
    private final LoadBalancerProgrammer programmer;
    private int next;
    private int plain;

    LbBench(LbPlace place, Path directory, Path haproxy) throws IOException {
        this.place = place;
        this.ledger = Ledger.open(directory.resolve("ledger"));
        this.site = LbSite.open(place.client(), place.clientAddress());
        Processes processes = new Processes(ledger, new SecureRandom());
        for (int i = 0; i < place.appliances(); i++) {
            appliances.add(Appliance.start(
                    place.appliance(i, directory.resolve("appliance" + i), haproxy),
                    server,
                    processes,
                    InstantSource.system()));
            clients.add(DataPlaneClient.to(appliances.getLast().endpoint().from(place.client()), http));
        }
        this.programmer = new LoadBalancerProgrammer(clients, LIMIT);
    }

    /** Something that was measured. */
    record Line(String what, String value, ObjectNode json) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%-66s %s", what, value);
        }
    }

    static Line line(String what, String value, Object... members) {
        ObjectNode json = Json.object().put("what", what);
        for (int i = 0; i < members.length; i += 2) {
            json.put((String) members[i], ((Number) members[i + 1]).doubleValue());
        }
        return new Line(what, value, json);
    }

    private VirtualServer service(int number) {
        try {
            return new VirtualServer(
                    "bench-" + number, place.vip(number), List.of(new Port("p", PORT, Set.of(site.target()))));
        } catch (IOException e) {
            throw CliException.failed("the site is closed: " + e.getMessage());
        }
    }

    /** Provides so many services in all. */
    void fill(int count) {
        List<VirtualServer> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(service(i));
        }
        programmer.apply("bench-", all);
        next = count;
    }

    /** From the call to the first good answer through a new virtual IP. */
    Line create(int present, int times) throws IOException {
        for (int i = 0; i < WARM_UP; i++) {
            programmer.put(service(next++));
        }
        return latencies("service applied -> first good answer, " + present + " present", times, _ -> {
            VirtualServer service = service(next++);
            return new Change(() -> programmer.put(service), new Target(service.vip(), PORT));
        });
    }

    /** The same with a frontend that HAProxy has to reload for. */
    Line reload(int present, int times) throws IOException {
        return latencies("the same by a plain reload, " + present + " present", times, _ -> {
            int number = PLAIN + plain++;
            String name = "plain-" + number;
            Frontend frontend = new Frontend(
                    name, "tcp", "bench-0-p", 60_000, null, null, null, null, null, null, null, null, null, Map.of());
            return new Change(
                    () -> clients.forEach(client -> client.change(
                            _ -> List.of(
                                    new ConfigCall.Create<>(Kinds.FRONTENDS, Parent.NONE, frontend),
                                    new ConfigCall.Create<>(
                                            Kinds.BINDS, Parent.frontend(name), Bind.of("b", place.vip(number), PORT))),
                            LIMIT)),
                    new Target(place.vip(number), PORT));
        });
    }

    private record Change(Runnable work, Target answers) {}

    private Line latencies(String what, int times, IntFunction<Change> changes) throws IOException {
        long[] nanos = new long[times];
        for (int i = 0; i < times; i++) {
            Change change = changes.apply(i);
            long begin = System.nanoTime();
            change.work().run();
            try (LbSite.Visit visit = LbSite.Visit.to(place.client(), change.answers(), WAIT_MILLIS)) {
                visit.ask();
            }
            nanos[i] = System.nanoTime() - begin;
        }
        return percentiles(what, nanos);
    }

    /** @param nanos is sorted by this */
    static Line percentiles(String what, long[] nanos) {
        int times = nanos.length;
        Arrays.sort(nanos);
        double median = nanos[(times + 1) / 2 - 1] / 1e6;
        double p99 = nanos[(times * 99 + 99) / 100 - 1] / 1e6;
        return line(
                what,
                String.format(Locale.ROOT, "p50 %.1f ms, p99 %.1f ms (%d times)", median, p99, times),
                "p50_ms",
                median,
                "p99_ms",
                p99,
                "times",
                times);
    }

    /** Changes while connections are made and others stay open. */
    List<Line> changes(int count) throws IOException, InterruptedException {
        Target target = new Target(place.vip(0), PORT);
        AtomicLong made = new AtomicLong();
        AtomicInteger dropped = new AtomicInteger();
        List<LbSite.Visit> held = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            held.add(LbSite.Visit.to(place.client(), target, WAIT_MILLIS));
            held.getLast().ask();
        }
        List<Thread> visitors = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            visitors.add(Thread.ofVirtual().start(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    try (LbSite.Visit visit = LbSite.Visit.to(place.client(), target, WAIT_MILLIS)) {
                        visit.ask();
                        made.incrementAndGet();
                    } catch (IOException e) {
                        if (!Thread.currentThread().isInterrupted()) {
                            dropped.incrementAndGet();
                        }
                    }
                }
            }));
        }
        int first = next;
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++) {
            if (i % 2 == 0) {
                programmer.put(service(first + i / 2 % 100));
            } else {
                programmer.remove("bench-" + (first + i / 2 % 100));
            }
            held.get(i % held.size()).ask();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        visitors.forEach(Thread::interrupt);
        for (Thread visitor : visitors) {
            visitor.join();
        }
        for (LbSite.Visit visit : held) {
            try (visit) {
                visit.ask();
            } catch (IOException e) {
                dropped.incrementAndGet();
            }
        }
        return List.of(
                line(
                        "changes one after the other, under load",
                        String.format(Locale.ROOT, "%.0f/s (%d changes)", count / seconds, count),
                        "per_second",
                        count / seconds),
                line(
                        "connections dropped meanwhile",
                        dropped + " of " + made + " new and " + held.size() + " held ones"
                                + (dropped.get() == 0 ? "" : " FAILED"),
                        "dropped",
                        dropped.get(),
                        "made",
                        made.get()));
    }

    /** How much goes through a virtual IP, a plain frontend, and past HAProxy. */
    List<Line> throughput() throws IOException {
        List<Line> lines = new ArrayList<>();
        Target service = new Target(place.vip(0), PORT);
        Target frontend = new Target(place.vip(PLAIN), PORT);
        for (int round = 0; round < 2; round++) { // the first warms up
            lines.clear();
            lines.add(throughput("through a virtual IP", service));
            lines.add(throughput("through a plain frontend", frontend));
            lines.add(throughput("without a proxy", site.target()));
        }
        return lines;
    }

    private Line throughput(String what, Target target) throws IOException {
        long begin = System.nanoTime();
        try (LbSite.Visit visit = LbSite.Visit.to(place.client(), target, WAIT_MILLIS)) {
            visit.take();
        }
        double megabytes = LbSite.BULK / 1e6 / ((System.nanoTime() - begin) / 1e9);
        int visits = 2_000;
        begin = System.nanoTime();
        for (int i = 0; i < visits; i++) {
            try (LbSite.Visit visit = LbSite.Visit.to(place.client(), target, WAIT_MILLIS)) {
                visit.ask();
            }
        }
        double perSecond = visits / ((System.nanoTime() - begin) / 1e9);
        return line(
                "throughput " + what,
                String.format(
                        Locale.ROOT, "%.0f MB/s in one stream, %.0f connections/s one by one", megabytes, perSecond),
                "megabytes_per_second",
                megabytes,
                "connections_per_second",
                perSecond);
    }

    /** How long the virtual IP is away when its appliance stops, and when the other one's cables are cut after that one's return. */
    List<Line> failOver() throws IOException, InterruptedException {
        List<Line> lines = new ArrayList<>();
        int active = appliances.getFirst().active() ? 0 : 1;
        lines.add(blackOut("black-out when the active appliance loses its cables", () -> place.cutOff(active)));
        return lines;
    }

    private Line blackOut(String what, Runnable failure) throws InterruptedException {
        Target target = new Target(place.vip(0), PORT);
        failure.run();
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < LIMIT.toNanos()) {
            try (LbSite.Visit visit = LbSite.Visit.to(place.client(), target, 100)) {
                visit.ask();
                double seconds = (System.nanoTime() - begin) / 1e9;
                return line(
                        what,
                        String.format(Locale.ROOT, "%.2f s (reach 3 s%s)", seconds, seconds < 3 ? "" : ", MISSED"),
                        "seconds",
                        seconds);
            } catch (IOException e) {
                Thread.sleep(5);
            }
        }
        throw CliException.failed("nobody has taken the virtual IPs over within " + LIMIT.toSeconds() + " s");
    }

    /** Waits until one of a pair holds the virtual IPs. */
    void awaitActive() throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (appliances.stream().noneMatch(Appliance::active)) {
            if (System.nanoTime() > deadline) {
                throw CliException.failed("no appliance holds the virtual IPs");
            }
            Thread.sleep(10);
        }
    }

    @Override
    public void close() throws IOException {
        programmer.close();
        appliances.forEach(Appliance::stop);
        http.close();
        server.close();
        site.close();
        ledger.close();
    }
}
