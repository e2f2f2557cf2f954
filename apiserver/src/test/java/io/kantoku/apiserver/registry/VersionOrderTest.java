package io.kantoku.apiserver.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VersionOrderTest {
    @Test
    void stableAndNewVersionsComeFirst() {
        assertThat(Stream.of(
                                "v1beta1",
                                "foo10",
                                "v11alpha2",
                                "v10",
                                "v2",
                                "v11beta2",
                                "foo1",
                                "v3beta1",
                                "v12alpha1",
                                "v10beta3")
                        .sorted(VersionOrder.NEWEST_FIRST))
                .containsExactly(
                        "v10",
                        "v2",
                        "v11beta2",
                        "v10beta3",
                        "v3beta1",
                        "v1beta1",
                        "v12alpha1",
                        "v11alpha2",
                        "foo1",
                        "foo10");
    }
}
