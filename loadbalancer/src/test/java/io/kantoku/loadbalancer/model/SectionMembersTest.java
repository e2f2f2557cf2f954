package io.kantoku.loadbalancer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Members of frontends and backends that are objects of their own lines. */
class SectionMembersTest {
    private static JsonNode json(String text) {
        return ApiJson.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String written(String members) {
        Backend backend = Kinds.BACKENDS.accept(json("{\"name\":\"be\"," + members + "}"));
        HaproxyConfig config = Kinds.BACKENDS.add(HaproxyConfig.parse(""), Parent.NONE, backend);
        HaproxyConfig read = HaproxyConfig.parse(config.print());
        assertThat(ApiJson.tree(Kinds.BACKENDS.get(read, Parent.NONE, "be")))
                .isEqualTo(json("{\"name\":\"be\"," + members + "}"));
        return config.print();
    }

    @Test
    void haveALineEach() {
        assertThat(written("\"forwardfor\":{\"enabled\":\"enabled\",\"except\":\"127.0.0.0/8\",\"ifnone\":true}"))
                .contains("  option forwardfor except 127.0.0.0/8 if-none\n");
        assertThat(written("""
                "cookie":{"name":"SRV","type":"rewrite","indirect":true,"nocache":true,"domain":[{"value":"a.b"},{"value":"c"}],"maxidle":30}
                """)).contains("  cookie SRV rewrite indirect nocache maxidle 30 domain a.b domain c\n");
        assertThat(written("""
                "stick_table":{"type":"string","keylen":32,"size":10240,"expire":300000,"nopurge":true,"srvkey":"name","store":"gpc0"}
                """))
                .contains("  stick-table type string len 32 size 10240 expire 300000 nopurge srvkey name store gpc0\n");
        assertThat(
                        written(
                                "\"http-check\":{\"type\":\"expect\",\"exclamation_mark\":true,\"match\":\"status\",\"pattern\":\"500\"}"))
                .contains("  http-check expect ! status 500\n");
    }

    @Test
    void mayHaveSeveralLines() {
        assertThat(written("""
                "stats_options":{"stats_enable":true,"stats_hide_version":true,"stats_uri_prefix":"/s","stats_refresh_delay":5,\
                "stats_admin":true,"stats_admin_cond":"if","stats_admin_cond_test":"TRUE",\
                "stats_auths":[{"user":"a","passwd":"b"},{"user":"c","passwd":"d"}],\
                "stats_http_requests":[{"type":"auth","realm":"x","cond":"unless","cond_test":"TRUE"}]}
                """))
                .contains(
                        "  stats enable\n",
                        "  stats admin if TRUE\n",
                        "  stats auth c:d\n",
                        "  stats http-request auth realm x unless TRUE\n");
        assertThat(
                        written(
                                "\"compression\":{\"algorithms\":[\"gzip\",\"deflate\"],\"types\":[\"text/html\"],\"offload\":true}"))
                .contains(
                        "  compression algo gzip deflate\n",
                        "  compression type text/html\n",
                        "  compression offload\n");
    }

    @Test
    void aSizeMayHaveAUnitInTheFile() {
        HaproxyConfig config = HaproxyConfig.parse("backend be\n  stick-table type ip expire 5m size 1m\n");
        JsonNode table =
                ApiJson.tree(Kinds.BACKENDS.get(config, Parent.NONE, "be")).path("stick_table");
        assertThat(table.path("size").intValue()).isEqualTo(1 << 20);
        assertThat(table.path("expire").intValue()).isEqualTo(300_000);
    }

    @Test
    void aListOfChecksIsNotLostByABackendThatDoesNotNameThem() {
        HaproxyConfig config =
                HaproxyConfig.parse("backend be\n  http-check send-state\n  http-check expect status 200\n");
        Backend backend = Kinds.BACKENDS.get(config, Parent.NONE, "be");
        assertThat(ApiJson.tree(backend).has("http-check")).isFalse();
        assertThat(Kinds.BACKENDS.replace(config, Parent.NONE, "be", backend).print())
                .contains("  http-check send-state\n  http-check expect status 200\n");
    }

    @Test
    void theCommonLogFormatIsAnotherLog() {
        HaproxyConfig config = Kinds.FRONTENDS.add(
                HaproxyConfig.parse(""),
                Parent.NONE,
                Kinds.FRONTENDS.accept(json("{\"name\":\"fe\",\"clflog\":true}")));
        assertThat(config.print()).contains("  option httplog clf\n");
        assertThat(ApiJson.tree(Kinds.FRONTENDS.get(config, Parent.NONE, "fe")))
                .isEqualTo(json("{\"name\":\"fe\",\"clflog\":true}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"cookie\":{}",
                "\"cookie\":{\"name\":\"a\",\"type\":\"keep\"}",
                "\"forwardfor\":{}",
                "\"forwardfor\":{\"enabled\":\"disabled\"}",
                "\"http-check\":{}",
                "\"stats_options\":{\"stats_admin\":true,\"stats_admin_cond\":\"perhaps\",\"stats_admin_cond_test\":\"a\"}",
                "\"stats_options\":{\"stats_enable\":\"yes\"}",
                "\"compression\":{\"algorithms\":\"gzip\"}",
            })
    void areCheckedBeforeTheyAreWritten(String member) {
        assertThatThrownBy(() -> Kinds.BACKENDS.accept(json("{\"name\":\"be\"," + member + "}")))
                .isInstanceOf(DataPlaneException.class);
    }
}
