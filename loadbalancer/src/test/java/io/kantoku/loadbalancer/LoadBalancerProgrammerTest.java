package io.kantoku.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.lab.NetworkStack;
import io.kantoku.loadbalancer.VirtualServer.Port;
import io.kantoku.loadbalancer.VirtualServer.Target;
import io.kantoku.loadbalancer.dataplane.ApiHarness;
import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.DataPlaneException.Code;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadBalancerProgrammerTest {
    @TempDir
    Path directory;

    private ApiHarness api;
    private InMemoryChannel channel;
    private DataPlaneClient client;
    private LoadBalancerProgrammer programmer;

    @BeforeEach
    void start() throws IOException {
        api = new ApiHarness(directory);
        channel = new InMemoryChannel(api);
        client = new DataPlaneClient(
                new DataPlaneEndpoint("127.0.0.1", 5556, List.of(), "admin", "secret", NetworkStack.host()),
                channel,
                new Random(1));
        programmer = new LoadBalancerProgrammer(List.of(client), Duration.ofSeconds(20));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static VirtualServer server(String name, String vip) {
        return new VirtualServer(name, vip, List.of(new Port("http", 80, Set.of(new Target("10.0.0.1", 8080)))));
    }

    @Test
    void programsAndRests() {
        programmer.put(server("a", "127.0.0.2"));
        assertThat(api.engine.reloads.getLast().print()).contains("bind 127.0.0.2:80 name a-127.0.0.2:http");

        channel.calls.clear();
        programmer.put(server("a", "127.0.0.2"));
        assertThat(channel.calls).isEmpty();

        programmer.remove("a");
        programmer.remove("a");
        assertThat(api.configuration.current().print()).doesNotContain("frontend", "backend");
        assertThat(client.version()).startsWith("v2.1.0");
    }

    @Test
    void repeatsWhenSomebodyWasFaster() {
        AtomicBoolean once = new AtomicBoolean();
        channel.meanwhile = () -> {
            if (api.call("GET", ApiHarness.BASE + "/transactions").body().size() > 0
                    && once.compareAndSet(false, true)) {
                api.call(
                        "POST",
                        ApiHarness.BASE + "/configuration/frontends?version=1&force_reload=true",
                        "{\"name\":\"theirs\"}");
            }
        };

        programmer.put(server("a", "127.0.0.2"));

        assertThat(api.configuration.current().print()).contains("frontend theirs", "frontend a");
        assertThat(api.call("GET", ApiHarness.BASE + "/transactions").body()).isEmpty();
    }

    /** Those who change one object in one call would be faster than a transaction of many calls each time. */
    @Test
    void writersThatNeverPauseHoldNobodyUp() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger theirs = new AtomicInteger();
        try (ExecutorService rivals = Executors.newVirtualThreadPerTaskExecutor()) {
            for (String name : List.of("one", "two", "three")) {
                rivals.submit(() -> {
                    boolean there = false;
                    while (!done.get()) {
                        String backends = ApiHarness.BASE + "/configuration/backends" + (there ? "/" + name : "")
                                + "?version="
                                + api.configuration.current().version();
                        int status = there
                                ? api.call("DELETE", backends).status()
                                : api.call("POST", backends, "{\"name\":\"" + name + "\"}")
                                        .status();
                        if (status < 300) {
                            there = !there;
                            theirs.incrementAndGet();
                        }
                    }
                });
            }
            try {
                for (int i = 0; i < 20; i++) {
                    int before = theirs.get();
                    programmer.put(server("vs" + i, "127.0.2." + i));
                    while (theirs.get() == before) {
                        Thread.sleep(1); // they go on as well
                    }
                }
            } finally {
                done.set(true);
            }
        }
        assertThat(api.configuration.current().sections("frontend")).hasSize(20);
    }

    @Test
    void changesThatWaitGoTogether() throws Exception {
        int many = 40;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> puts = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                VirtualServer server = server("vs" + i, "127.0.1." + i);
                puts.add(threads.submit(() -> programmer.put(server)));
            }
            for (Future<?> put : puts) {
                put.get();
            }
        }
        assertThat(api.configuration.current().sections("frontend")).hasSize(many);
        assertThat(api.engine.reloads).hasSizeLessThan(many);
    }

    @Test
    void oneBadAddressDoesNotHoldUpOthers() throws Exception {
        api.engine.permits.drainPermits();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> first = threads.submit(() -> programmer.put(server("first", "127.0.0.2")));
            while (!api.engine.permits.hasQueuedThreads()) {
                Thread.sleep(1);
            }
            Future<?> good = threads.submit(() -> programmer.put(server("good", "127.0.0.3")));
            Future<?> bad = threads.submit(() -> programmer.put(server("bad", "203.0.113.9")));
            Thread.sleep(50); // both wait by now, most likely; the outcome is the same if not
            api.engine.permits.release(1000);

            first.get();
            good.get();
            assertThatThrownBy(bad::get)
                    .cause()
                    .isInstanceOfSatisfying(
                            DataPlaneException.class, e -> assertThat(e.code()).isEqualTo(Code.BAD_REQUEST));
        }
        assertThat(api.configuration.current().print())
                .contains("frontend good")
                .doesNotContain("frontend bad");
    }

    @Test
    void tellsThatAChangeWasTakenBack() {
        api.engine.unloadable = "127.0.0.66";

        assertThatThrownBy(() -> programmer.put(server("a", "127.0.0.66")))
                .isInstanceOfSatisfying(
                        DataPlaneException.class, e -> assertThat(e.code()).isEqualTo(Code.BAD_REQUEST))
                .hasMessageContaining("cannot load 127.0.0.66");
    }

    @Test
    void bringsAllOfAnOwnerInStep() {
        programmer.put(server("other-1", "127.0.0.9"));
        programmer.apply("own-", List.of(server("own-1", "127.0.0.2"), server("own-2", "127.0.0.3")));
        programmer.apply("own-", List.of(server("own-2", "127.0.0.4")));

        assertThat(api.configuration.current().print())
                .contains("frontend other-1", "frontend own-2", "127.0.0.4:80")
                .doesNotContain("own-1", "127.0.0.3");
        assertThat(programmer.apply("own-", List.of(server("own-2", "127.0.0.4"))))
                .isZero();
        assertThatThrownBy(() -> programmer.apply("", List.of())).hasMessageContaining("empty prefix");
    }

    @Test
    void tellsWrongCredentialsFromOtherFaults() {
        assertThat(ConnectionCheck.check(client)).isEmpty();
        api.as("admin:wrong");
        assertThat(ConnectionCheck.check(client))
                .hasValueSatisfying(fault -> assertThat(fault.kind()).isEqualTo(ConnectionCheck.Kind.CREDENTIALS));
    }
}
