package io.kantoku.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.loadbalancer.dataplane.ApiHarness;
import io.kantoku.loadbalancer.model.ApiJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client writes of the published members it reads again. */
class MembersTest {
    @TempDir
    Path directory;

    private ApiHarness api;

    @BeforeEach
    void start() throws IOException {
        api = new ApiHarness(directory);
        post("frontends", "", "{\"name\":\"fe\"}");
        post("backends", "", "{\"name\":\"be\"}");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private ApiHarness.Reply post(String collection, String parent, String body) {
        return api.call(
                "POST",
                ApiHarness.BASE + "/configuration/" + collection + "?force_reload=true&version="
                        + api.configuration.current().version() + parent,
                body);
    }

    @ParameterizedTest
    @CsvSource({
        "v2.1.0,frontend,''",
        "v2.1.0,backend,''",
        "v2.1.0,bind,&frontend=fe",
        "v2.1.0,server,&backend=be",
        "members-v2.9,frontend,''",
        "members-v2.9,backend,''",
        "members-v2.9,bind,&frontend=fe",
        "members-v2.9,server,&backend=be"
    })
    void arePublishedAndKept(String published, String kind, String parent) {
        Contract contract = Contract.of(published);
        List<String> lost = new ArrayList<>();
        contract.members(kind).forEach(member -> {
            ObjectNode object = ApiJson.object().put("name", "x-" + member);
            if (kind.equals("server")) {
                object.put("address", "127.0.0.1");
            }
            JsonNode value = contract.example(kind, member);
            if (!object.has(member)) {
                object.set(member, value);
            }
            ApiHarness.Reply made = post(kind + "s", parent, object.toString());
            JsonNode read = api.call(
                            "GET", ApiHarness.BASE + "/configuration/" + kind + "s/x-" + member + "?x=y" + parent)
                    .body()
                    .path("data")
                    .path(member);
            if (made.status() != 201 || !read.equals(object.path(member))) {
                lost.add(member + " " + object.path(member) + " gave " + made.status() + " " + made.body() + ", read "
                        + read);
            }
        });
        assertThat(lost).isEmpty();
    }
}
