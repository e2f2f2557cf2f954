package io.kantoku.loadbalancer.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StickTableRoutesTest {
    private static final String RUNTIME = ApiHarness.BASE + "/runtime";

    @TempDir
    Path directory;

    private ApiHarness api;

    @BeforeEach
    void start() throws IOException {
        api = new ApiHarness(directory);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void showsTables() {
        JsonNode table = api.call("GET", RUNTIME + "/stick_tables").body().path(0);
        assertThat(table.toString()).isEqualTo("{\"name\":\"clients\",\"size\":1048576,\"type\":\"ip\",\"used\":2}");
        assertThat(api.call("GET", RUNTIME + "/stick_tables/clients").body()).isEqualTo(table);
        assertThat(api.call("GET", RUNTIME + "/stick_tables/none").status()).isEqualTo(404);
    }

    @Test
    void showsEntriesInPagesAndByKey() {
        String entries = RUNTIME + "/stick_table_entries?stick_table=clients";
        assertThat(api.call("GET", entries).body().toString())
                .isEqualTo(
                        "[{\"conn_rate\":3,\"exp\":29000,\"gpc0\":1,\"id\":\"0x55d1\",\"key\":\"10.0.0.1\",\"use\":false},"
                                + "{\"conn_rate\":0,\"exp\":100,\"gpc0\":0,\"id\":\"0x55d2\",\"key\":\"10.0.0.2\",\"use\":true}]");
        assertThat(api.call("GET", entries + "&count=1&offset=1").body())
                .extracting(entry -> entry.path("key").asText())
                .containsExactly("10.0.0.2");
        assertThat(api.call("GET", entries + "&key=10.0.0.1").body()).hasSize(1);
        assertThat(api.call("GET", entries + "&count=few").body().path("code").asInt())
                .isEqualTo(601);
        assertThat(api.call("GET", RUNTIME + "/stick_table_entries")
                        .body()
                        .path("code")
                        .asInt())
                .isEqualTo(602);
        assertThat(api.call("GET", "/v3/services/haproxy/runtime/stick_tables/clients/entries")
                        .body())
                .hasSize(2);
    }
}
