package io.kantoku.controllers.workloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Resources;
import io.kantoku.controllers.World;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CronJobsTest {
    private final World world = new World("node-lifecycle");

    @AfterEach
    void close() {
        assertThat(world.failing()).isEmpty();
        world.close();
    }

    private static List<String> times(String schedule, String zone, String from, int count) {
        CronSchedule parsed = CronSchedule.parse(schedule, ZoneId.of(zone));
        List<String> times = new ArrayList<>();
        Instant time = Instant.parse(from);
        for (int i = 0; i < count; i++) {
            time = parsed.after(time).orElseThrow();
            times.add(time.toString());
        }
        return times;
    }

    @Test
    void readsSchedulesAsCronDoes() {
        assertThat(times("*/20 * * * *", "Z", "2026-01-01T00:10:30Z", 3))
                .containsExactly("2026-01-01T00:20:00Z", "2026-01-01T00:40:00Z", "2026-01-01T01:00:00Z");
        assertThat(times("5,10 8-9/1 * * MON-fri", "Z", "2026-01-02T09:05:00Z", 2))
                .containsExactly("2026-01-02T09:10:00Z", "2026-01-05T08:05:00Z");
        assertThat(times("0 0 13 * 5", "Z", "2026-01-01T00:00:00Z", 3))
                .as("either day will do")
                .containsExactly("2026-01-02T00:00:00Z", "2026-01-09T00:00:00Z", "2026-01-13T00:00:00Z");
        assertThat(times("0 0 29 2 *", "Z", "2026-01-01T00:00:00Z", 1)).containsExactly("2028-02-29T00:00:00Z");
        assertThat(times("@weekly", "Z", "2026-01-01T00:00:00Z", 1)).containsExactly("2026-01-04T00:00:00Z");
        assertThat(times("30 7 * * 7", "Z", "2026-01-01T00:00:00Z", 1)).containsExactly("2026-01-04T07:30:00Z");
        assertThat(CronSchedule.parse("0 0 31 2 *", ZoneOffset.UTC).after(Instant.EPOCH))
                .isEmpty();
    }

    @Test
    void knowsTimeZonesAndTheirClockChanges() {
        assertThat(times("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", 2))
                .as("half past two does not exist on the 29th")
                .containsExactly("2026-03-30T00:30:00Z", "2026-03-31T00:30:00Z");
        assertThat(times("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 2))
                .as("and happens once on the 25th")
                .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
    }

    @Test
    void refusesWhatIsNoSchedule() {
        for (String wrong : List.of(
                "* * * *", "60 * * * *", "* 24 * * *", "a * * * *", "5-1 * * * *", "*/0 * * * *", "1--2 * * * *")) {
            assertThatThrownBy(() -> CronSchedule.parse(wrong, ZoneOffset.UTC))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private void cron(String more) {
        world.create(
                Resources.CRON_JOBS,
                "{'apiVersion':'batch/v1','kind':'CronJob','metadata':{'name':'tick','namespace':'default'},'spec':{"
                        + more
                        + "'schedule':'*/5 * * * *','jobTemplate':{'metadata':{'labels':{'from':'tick'}},'spec':{"
                        + "'selector':{'matchLabels':{'job':'tick'}},'template':{'metadata':{'labels':{'job':'tick'}},"
                        + "'spec':{'restartPolicy':'Never','containers':[{'name':'c','image':'x'}]}}}}}}");
        world.settle();
    }

    private List<KubeObject> jobs() {
        return world.list(Resources.JOBS);
    }

    private void endPods() {
        for (KubeObject pod : world.pods("job=tick")) {
            if (!io.kantoku.controllers.Pods.isTerminal(pod)) {
                pod.status().put("phase", "Succeeded");
                world.client.updateStatus(Resources.PODS, pod);
            }
        }
        world.advance(Duration.ofSeconds(1));
    }

    private KubeObject cron() {
        return world.get(Resources.CRON_JOBS, "tick");
    }

    @Test
    void startsAJobAtEachTimeAndKeepsTheLastThree() {
        cron("");
        assertThat(jobs()).isEmpty();
        for (int i = 0; i < 5; i++) {
            world.advance(Duration.ofMinutes(5));
            endPods();
        }
        assertThat(jobs()).hasSize(3).allSatisfy(job -> {
            assertThat(job.labels()).containsEntry("from", "tick");
            assertThat(job.controller().orElseThrow().name()).isEqualTo("tick");
        });
        Instant last = Instant.parse(cron().text("status", "lastScheduleTime"));
        assertThat(jobs()).extracting(KubeObject::name).contains("tick-" + last.getEpochSecond() / 60);
        assertThat(cron().text("status", "lastSuccessfulTime")).isNotEmpty();
        assertThat(cron().at("status", "active")).isEmpty();
    }

    @Test
    void leavesARunningJobAloneWhenOthersAreForbidden() {
        cron("'concurrencyPolicy':'Forbid',");
        world.advance(Duration.ofMinutes(16));
        assertThat(jobs()).hasSize(1);
        assertThat(cron().at("status", "active")).hasSize(1);
    }

    @Test
    void replacesARunningJob() {
        cron("'concurrencyPolicy':'Replace',");
        world.advance(Duration.ofMinutes(6));
        String first = jobs().getFirst().name();
        world.advance(Duration.ofMinutes(5));
        assertThat(jobs()).hasSize(1).extracting(KubeObject::name).doesNotContain(first);
    }

    @Test
    void startsNothingWhileItIsSuspended() {
        cron("'suspend':true,");
        world.advance(Duration.ofMinutes(30));
        assertThat(jobs()).isEmpty();
    }

    @Test
    void tellsOfAJobThatWentMissing() {
        cron("");
        world.advance(Duration.ofMinutes(6));
        KubeObject job = jobs().getFirst();
        world.client.delete(Resources.JOBS, job.namespacedName(), DeleteOptions.background());
        world.settle();
        assertThat(world.events("tick")).contains("MissingJob: Active job went missing: " + job.name());
        assertThat(cron().at("status", "active")).isEmpty();
    }

    @Test
    void namesATimeZoneThatDoesNotExist() {
        cron("'timeZone':'Nowhere/Land',");
        assertThat(world.events("tick"))
                .anySatisfy(
                        event -> assertThat(event).startsWith("UnknownTimeZone: invalid timeZone: \"Nowhere/Land\""));
        assertThat(jobs()).isEmpty();
    }
}
