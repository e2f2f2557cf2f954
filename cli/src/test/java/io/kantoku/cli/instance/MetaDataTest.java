package io.kantoku.cli.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class MetaDataTest {
    private final MetaData metaData = new MetaData(Map.of("node_name", "n$1", "instance_id", "422a"));

    @Test
    void fillsInWhatItKnows() {
        assertThat(metaData.fillIn("name: {{ ds.meta_data.node_name }}, id: {{ds.meta_data.instance_id}}"))
                .isEqualTo("name: n$1, id: 422a");
    }

    @Test
    void leavesWhatItDoesNotKnow() {
        assertThat(metaData.fillIn("{{ ds.meta_data.region }} {{ v1.name }}"))
                .isEqualTo("{{ ds.meta_data.region }} {{ v1.name }}");
    }
}
