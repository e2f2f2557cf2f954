package io.kantoku.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.KubeObject;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ConditionsTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant T1 = T0.plusSeconds(60);

    private final KubeObject object = KubeObject.create(new GroupVersionKind("", "v1", "Node"), "", "n");

    private String transition() {
        return object.at("status", "conditions")
                .get(0)
                .path("lastTransitionTime")
                .asText();
    }

    @Test
    void keepsTheTransitionTimeWhileTheStatusStays() {
        assertThat(Conditions.set(object, Condition.isFalse("Ready", "A", "a"), T0))
                .isTrue();
        assertThat(Conditions.set(object, Condition.isFalse("Ready", "B", "b"), T1))
                .isTrue();
        assertThat(transition()).isEqualTo(Timestamps.seconds(T0));
        assertThat(Conditions.set(object, Condition.isTrue("Ready", "B", "b"), T1))
                .isTrue();
        assertThat(transition()).isEqualTo(Timestamps.seconds(T1));
    }

    @Test
    void reportsWhetherAnythingChanged() {
        Conditions.set(object, Condition.isTrue("Ready", "A", "a").observed(3), T0);
        assertThat(Conditions.set(object, Condition.isTrue("Ready", "A", "a").observed(3), T1))
                .isFalse();
        assertThat(Conditions.set(object, Condition.isTrue("Ready", "A", "a").observed(4), T1))
                .isTrue();
        assertThat(Conditions.isTrue(object, "Ready")).isTrue();
        assertThat(Conditions.remove(object, "Ready")).isTrue();
        assertThat(Conditions.find(object, "Ready")).isEmpty();
    }
}
