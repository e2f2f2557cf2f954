package io.kantoku.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.fake.FakeClusters;
import io.kantoku.client.fake.Simulation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControllerTest {
    private static final GroupVersionKind CONFIG_MAP = new GroupVersionKind("", "v1", "ConfigMap");

    private final Simulation simulation = new Simulation();
    private final FakeClusters clusters = FakeClusters.in(simulation);
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
    }

    private ControllerGroup start(Controller... controllers) {
        ControllerGroup group = new ControllerGroup(clusters, simulation.settings(), List.of(controllers)).start();
        open.add(group);
        simulation.settle();
        return group;
    }

    private static Controller.Builder configMaps(Reconciler reconciler) {
        return Controller.named("test")
                .kind("ConfigMap")
                .watches(Resources.CONFIG_MAPS, Mapper.self())
                .concurrency(1)
                .reconciler(reconciler);
    }

    private static KubeObject configMap(String name) {
        return KubeObject.create(CONFIG_MAP, "default", name);
    }

    private KubeClient supervisor() {
        return clusters.cluster(ClusterId.SUPERVISOR);
    }

    @Test
    void reconcilesWhatExistedAndWhatChangesOnce() {
        supervisor().create(Resources.CONFIG_MAPS, configMap("a"));
        List<Request> seen = new ArrayList<>();
        start(configMaps(request -> {
                    seen.add(request);
                    return Result.done();
                })
                .build());
        assertThat(seen).extracting(request -> request.name().name()).containsExactly("a");
        for (int i = 0; i < 5; i++) {
            supervisor().update(Resources.CONFIG_MAPS, configMap("a").label("n", "" + i));
        }
        simulation.settle();
        assertThat(seen).as("five changes that came together are one request").hasSize(2);
    }

    @Test
    void startsNothingBeforeEveryCollectionHasBeenDelivered() {
        supervisor().create(Resources.CONFIG_MAPS, configMap("a"));
        supervisor()
                .create(Resources.SECRETS, KubeObject.create(new GroupVersionKind("", "v1", "Secret"), "default", "s"));
        Set<String> known = new HashSet<>();
        List<Set<String>> atReconcile = new ArrayList<>();
        start(configMaps(_ -> {
                    atReconcile.add(Set.copyOf(known));
                    return Result.done();
                })
                .watches(Resources.SECRETS, (_, object, _) -> {
                    known.add(object.name());
                    return List.of();
                })
                .build());
        assertThat(atReconcile).containsExactly(Set.of("s"));
    }

    @Test
    void repeatsAFailureWithAGrowingDelayAndRemembersTheError() {
        supervisor().create(Resources.CONFIG_MAPS, configMap("a"));
        List<Instant> attempts = new ArrayList<>();
        Controller controller = configMaps(_ -> {
                    attempts.add(simulation.instant());
                    if (attempts.size() < 12) {
                        throw new IllegalStateException("no luck");
                    }
                    return Result.done();
                })
                .backoff(new Backoff(Duration.ofMillis(5), Duration.ofSeconds(1), 0))
                .build();
        start(controller);
        simulation.advance(Duration.ofMillis(5));
        assertThat(attempts).hasSize(2);
        assertThat(controller.status().failing()).singleElement().satisfies(failing -> {
            assertThat(failing.error()).isEqualTo("no luck");
            assertThat(failing.failures()).isEqualTo(2);
        });
        simulation.advance(Duration.ofMinutes(1));
        assertThat(attempts).hasSize(12);
        for (int i = 1; i < attempts.size(); i++) {
            assertThat(Duration.between(attempts.get(i - 1), attempts.get(i)))
                    .isEqualTo(Duration.ofMillis(Math.min(1000, 5L << (i - 1))));
        }
        assertThat(controller.status().failing()).isEmpty();
        assertThat(controller.status().failed()).isEqualTo(11);
    }

    @Test
    void treatsALostRaceAsAnOrdinaryRepeat() {
        supervisor().create(Resources.CONFIG_MAPS, configMap("a"));
        AtomicInteger attempts = new AtomicInteger();
        Controller controller = configMaps(_ -> {
                    if (attempts.incrementAndGet() < 3) {
                        throw ApiException.conflict(new GroupResource("", "configmaps"), "a", "modified");
                    }
                    return Result.done();
                })
                .build();
        start(controller);
        simulation.advance(Duration.ofSeconds(1));
        assertThat(attempts).hasValue(3);
        assertThat(controller.status().conflicts()).isEqualTo(2);
        assertThat(controller.status().failed()).isZero();
    }

    @Test
    void takesTheDisappearanceOfWhatItChangesCalmlyOnce() {
        supervisor().create(Resources.CONFIG_MAPS, configMap("a"));
        Controller controller = configMaps(_ -> {
                    throw ApiException.notFound(new GroupResource("", "pods"), "p");
                })
                .build();
        start(controller);
        assertThat(controller.status().failing()).isEmpty();
        simulation.advance(Duration.ofSeconds(1));
        assertThat(controller.status().failing()).as("it is not passing").hasSize(1);
    }

    @Test
    void comesBackWhenAskedToAndTheNewestResultCounts() {
        supervisor().create(Resources.CONFIG_MAPS, configMap("a"));
        List<Instant> attempts = new ArrayList<>();
        start(configMaps(_ -> {
                    attempts.add(simulation.instant());
                    return attempts.size() == 1 ? Result.after(Duration.ofSeconds(30)) : Result.done();
                })
                .build());
        simulation.advance(Duration.ofSeconds(10));
        supervisor().update(Resources.CONFIG_MAPS, configMap("a").label("x", "y"));
        simulation.advance(Duration.ofMinutes(5));
        assertThat(attempts)
                .as("the change came first and its result asked for nothing more")
                .hasSize(2);
        assertThat(simulation.alarms()).isZero();
    }

    @Test
    void runsARequestAgainThatChangedWhileItRan() {
        supervisor().create(Resources.CONFIG_MAPS, configMap("a"));
        AtomicInteger runs = new AtomicInteger();
        Controller[] self = new Controller[1];
        self[0] = configMaps(request -> {
                    if (runs.incrementAndGet() == 1) {
                        self[0].enqueue(request);
                        self[0].enqueue(request);
                    }
                    return Result.done();
                })
                .build();
        start(self[0]);
        assertThat(runs).hasValue(2);
    }

    @Test
    void clustersTakeTurns() {
        ClusterId busy = new ClusterId("busy");
        ClusterId calm = new ClusterId("calm");
        KubeClient busyClient = clusters.add(busy);
        clusters.add(calm).create(Resources.CONFIG_MAPS, configMap("only"));
        for (int i = 0; i < 1000; i++) {
            busyClient.create(Resources.CONFIG_MAPS, configMap("c" + i));
        }
        List<ClusterId> order = new ArrayList<>();
        start(configMaps(request -> {
                    order.add(request.cluster());
                    return Result.done();
                })
                .build());
        assertThat(order).hasSize(1001);
        assertThat(order.indexOf(calm)).isLessThan(2);
    }

    @Test
    void forgetsTheRequestsOfAClusterThatIsGone() {
        ClusterId doomed = new ClusterId("doomed");
        clusters.add(doomed).create(Resources.CONFIG_MAPS, configMap("a"));
        Controller controller = configMaps(request -> {
                    clusters.cluster(request.cluster()).get(Resources.CONFIG_MAPS, request.name());
                    throw new IllegalStateException("no luck");
                })
                .build();
        start(controller);
        assertThat(controller.status().failing()).hasSize(1);
        clusters.remove(doomed);
        simulation.advance(Duration.ofMinutes(1));
        assertThat(controller.status().failing()).isEmpty();
        assertThat(simulation.alarms()).isZero();
    }

    @Test
    void sharesOneSubscriptionPerCollection() {
        AtomicInteger subscriptions = new AtomicInteger();
        Clusters counting = new Clusters() {
            @Override
            public KubeClient cluster(ClusterId cluster) {
                return clusters.cluster(cluster);
            }

            @Override
            public Set<ClusterId> ids() {
                return clusters.ids();
            }

            @Override
            public Subscription subscribe(
                    io.kantoku.apimachinery.GroupVersionResource resource, ObjectListener listener) {
                subscriptions.incrementAndGet();
                return clusters.subscribe(resource, listener);
            }
        };
        List<Request> seen = new ArrayList<>();
        Reconciler reconciler = request -> {
            seen.add(request);
            return Result.done();
        };
        ControllerGroup group = new ControllerGroup(
                counting,
                simulation.settings(),
                List.of(configMaps(reconciler).build(), configMaps(reconciler).build()));
        group.start();
        supervisor().create(Resources.CONFIG_MAPS, configMap("a"));
        simulation.settle();
        assertThat(seen).hasSize(2);
        assertThat(subscriptions).hasValue(1);
        group.close();
        supervisor().create(Resources.CONFIG_MAPS, configMap("b"));
        simulation.settle();
        assertThat(seen).hasSize(2);
    }

    @Test
    void runsRequestsConcurrentlyButNeverOneTwiceAtOnce() throws InterruptedException {
        FakeClusters threaded = new FakeClusters(work -> Thread.ofVirtual().start(work), Timer.system());
        KubeClient client = threaded.add(ClusterId.SUPERVISOR);
        Set<Request> active = ConcurrentHashMap.newKeySet();
        AtomicInteger overlaps = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Set<String> done = ConcurrentHashMap.newKeySet();
        CountDownLatch all = new CountDownLatch(1);
        Controller controller = Controller.named("test")
                .watches(Resources.CONFIG_MAPS, Mapper.self())
                .concurrency(4)
                .reconciler(request -> {
                    if (!active.add(request)) {
                        overlaps.incrementAndGet();
                    }
                    most.accumulateAndGet(active.size(), Math::max);
                    Thread.yield();
                    KubeObject object = client.get(Resources.CONFIG_MAPS, request.name());
                    active.remove(request);
                    if (object.labels().containsKey("last")) {
                        done.add(object.name());
                    }
                    if (done.size() == 50) {
                        all.countDown();
                    }
                    return Result.done();
                })
                .build();
        try (ControllerGroup group =
                new ControllerGroup(threaded, ControllerSettings.standard(), List.of(controller)).start()) {
            for (int i = 0; i < 50; i++) {
                client.create(Resources.CONFIG_MAPS, configMap("c" + i));
                client.update(Resources.CONFIG_MAPS, configMap("c" + i).label("n", "1"));
                client.update(Resources.CONFIG_MAPS, configMap("c" + i).label("last", "1"));
            }
            assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(overlaps).hasValue(0);
            assertThat(most.get()).isBetween(1, 4);
            assertThat(group.status())
                    .singleElement()
                    .satisfies(status -> assertThat(status.failed()).isZero());
        }
    }
}
