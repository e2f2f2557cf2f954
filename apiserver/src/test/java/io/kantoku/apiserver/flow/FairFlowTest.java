package io.kantoku.apiserver.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apiserver.auth.RequestInfo;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.apiserver.rest.FlowControl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FairFlowTest {
    private static final ClusterId ONE = new ClusterId("one");
    private static final ClusterId TWO = new ClusterId("two");
    private static final RequestInfo REQUEST =
            new RequestInfo("list", true, "/api/v1/pods", "", "v1", "pods", "", "", "");

    private final FairFlow flow = new FairFlow(new FlowLimits(8, 6, 4, 20, 10, Duration.ofSeconds(20)));

    private FlowControl.Place enter(ClusterId cluster, String user) {
        return flow.enter(cluster, new UserInfo(user, "", List.of(), Map.of()), REQUEST);
    }

    /** A request that waits, and tells its user when it is let in. */
    private void queue(ClusterId cluster, String user, BlockingQueue<Object> in) throws InterruptedException {
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                FlowControl.Place place = enter(cluster, user);
                in.add(user);
                in.add(place);
            } catch (ApiException e) {
                in.add(e);
            }
        });
        while (thread.getState() != Thread.State.TIMED_WAITING && thread.isAlive()) {
            Thread.sleep(1);
        }
    }

    @Test
    void leavesPlacesToOthersWhateverOneUserAndOneClusterHold() {
        List<FlowControl.Place> held = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            held.add(enter(ONE, "greedy"));
        }
        held.add(enter(ONE, "modest"));
        held.add(enter(ONE, "modest"));
        held.add(enter(TWO, "other"));
        held.add(enter(TWO, "other"));
        held.forEach(FlowControl.Place::close);
        held.forEach(FlowControl.Place::close); // twice is harmless
        assertThat(enter(ONE, "greedy")).isNotNull();
    }

    @Test
    void givesAFreePlaceToWhoHasLeast() throws Exception {
        List<FlowControl.Place> held = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            held.add(enter(ONE, "greedy"));
        }
        for (int i = 0; i < 2; i++) {
            held.add(enter(ONE, "second"));
            held.add(enter(TWO, "other"));
        }
        BlockingQueue<Object> in = new LinkedBlockingQueue<>();
        for (int i = 0; i < 3; i++) {
            queue(ONE, "greedy", in);
        }
        queue(ONE, "modest", in);
        queue(TWO, "late", in);
        held.removeFirst().close();
        assertThat(in.poll(5, TimeUnit.SECONDS)).as("the cluster with less").isEqualTo("late");
        in.take();
        held.removeFirst().close();
        assertThat(in.poll(5, TimeUnit.SECONDS)).as("the user with nothing").isEqualTo("modest");
        in.take();
        held.removeFirst().close();
        assertThat(in.poll(5, TimeUnit.SECONDS)).isEqualTo("greedy");
    }

    @Test
    void refusesWhatCannotEvenWait() throws Exception {
        BlockingQueue<Object> in = new LinkedBlockingQueue<>();
        for (int i = 0; i < 4; i++) {
            enter(ONE, "greedy");
        }
        for (int i = 0; i < 10; i++) {
            queue(ONE, "greedy", in);
        }
        assertThatThrownBy(() -> enter(ONE, "greedy")).isInstanceOfSatisfying(ApiException.class, e -> {
            assertThat(e.code()).isEqualTo(429);
            assertThat(e.status().reason()).isEqualTo("TooManyRequests");
            assertThat(e.status().details()).isNotNull();
            assertThat(e.status().details().retryAfterSeconds()).isPositive();
        });
        assertThat(enter(ONE, "modest")).as("of the same cluster").isNotNull();
        assertThat(enter(TWO, "other")).isNotNull();
    }

    @Test
    void givesUpWaitingAfterAWhile() {
        FairFlow impatient = new FairFlow(new FlowLimits(1, 1, 1, 5, 5, Duration.ofMillis(20)));
        UserInfo user = new UserInfo("u", "", List.of(), Map.of());
        FlowControl.Place held = impatient.enter(ONE, user, REQUEST);
        assertThatThrownBy(() -> impatient.enter(ONE, user, REQUEST)).isInstanceOf(ApiException.class);
        held.close();
        impatient.enter(ONE, user, REQUEST).close();
    }

    @Test
    void alwaysAnswersWhetherItIsWell() {
        FairFlow full = new FairFlow(new FlowLimits(1, 1, 1, 0, 0, Duration.ofMillis(20)));
        UserInfo user = new UserInfo("u", "", List.of(), Map.of());
        full.enter(ONE, user, REQUEST);
        RequestInfo health = new RequestInfo("get", false, "/healthz", "", "", "", "", "", "");
        full.enter(ONE, user, health).close();
    }

    /** Two tenants side by side: one floods with many users, the other's requests are let in all the same, and none is refused. */
    @Test
    void aFloodInOneClusterIsNotFeltInAnother() throws Exception {
        AtomicBoolean flooding = new AtomicBoolean(true);
        AtomicInteger refused = new AtomicInteger();
        List<Thread> flood = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            String user = "flood" + i % 5;
            flood.add(Thread.ofVirtual().start(() -> {
                while (flooding.get()) {
                    try (FlowControl.Place place = enter(ONE, user)) {
                        Thread.sleep(5);
                    } catch (ApiException e) {
                        refused.incrementAndGet();
                        Thread.yield();
                    } catch (InterruptedException e) {
                        return;
                    }
                }
            }));
        }
        while (refused.get() == 0) {
            Thread.sleep(1); // until the flood is more than can even wait
        }
        for (int i = 0; i < 200; i++) {
            enter(TWO, "quiet").close();
        }
        flooding.set(false);
        for (Thread thread : flood) {
            thread.join();
        }
    }
}
