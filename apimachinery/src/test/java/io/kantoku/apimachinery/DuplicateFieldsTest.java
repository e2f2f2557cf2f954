package io.kantoku.apimachinery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DuplicateFieldsTest {
    @Test
    void namesEachRepetitionByItsPath() {
        String json = """
                {"a":1,"spec":{"x":1,"x":{"y":2},"list":[{"n":1},{"n":1,"n":2}]},"a":{"a":1}}
                """;
        assertThat(DuplicateFields.find(json.getBytes(StandardCharsets.UTF_8)))
                .containsExactly("spec.x", "spec.list[1].n", "a");
        assertThat(DuplicateFields.find("[1,{\"a\":[]}]".getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }
}
