package io.kantoku.supervisor.workload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.HttpResponse;
import org.junit.jupiter.api.Test;

/** Sessions of vCenter's REST API, in both of its families. */
final class VcenterSessionsTest extends Fronts {
    @Test
    void bothFamiliesOpenASession() {
        HttpResponse rest = send(basic("POST", "/rest/com/vmware/cis/session", ADMIN));
        assertThat(rest.status()).isEqualTo(200);
        assertThat(json(rest).path("value").asText()).isNotEmpty();
        assertThat(rest.header("Set-Cookie"))
                .hasValueSatisfying(cookie ->
                        assertThat(cookie).startsWith("vmware-api-session-id=").contains("HttpOnly"));
        HttpResponse api = send(basic("POST", "/api/session", ADMIN));
        assertThat(api.status()).isEqualTo(201);
        assertThat(json(api).isTextual()).isTrue();
    }

    @Test
    void aSessionTellsWhoseItIs() {
        String token = login(ADMIN);
        JsonNode api = json(call("GET", "/api/session", token, ""));
        assertThat(api.path("user").asText()).isEqualTo(ADMIN);
        assertThat(api.path("created_time").asText()).isNotEmpty();
        JsonNode rest = json(call("POST", "/rest/com/vmware/cis/session?~action=get", token, ""));
        assertThat(rest.path("value").path("user").asText()).isEqualTo(ADMIN);
    }

    @Test
    void aCookieIsAsGoodAsTheHeader() {
        HttpRequest request = HttpRequest.get(vcenter, CLUSTERS)
                .header("Cookie", "a=b; vmware-api-session-id=" + login(ADMIN) + "; c=d");
        assertThat(send(request).status()).isEqualTo(200);
    }

    @Test
    void aClosedSessionIsNoSession() {
        String token = newSession(ADMIN);
        assertThat(call("DELETE", "/api/session", token, "").status()).isEqualTo(204);
        assertThat(call("GET", "/api/session", token, "").status()).isEqualTo(401);
        String other = newSession(ADMIN);
        assertThat(call("DELETE", "/rest/com/vmware/cis/session", other, "").status())
                .isEqualTo(200);
    }

    @Test
    void withoutOneErrorsHaveTheFormOfTheFamily() {
        HttpResponse api = call("GET", CLUSTERS, "nonsense", "");
        assertThat(api.status()).isEqualTo(401);
        assertThat(api.header("WWW-Authenticate")).isPresent();
        assertThat(json(api).path("error_type").asText()).isEqualTo("UNAUTHENTICATED");
        HttpResponse rest = call("GET", "/rest/vcenter/cluster", "", "");
        assertThat(rest.status()).isEqualTo(401);
        assertThat(json(rest).path("type").asText()).isEqualTo("com.vmware.vapi.std.errors.unauthenticated");
        assertThat(json(rest)
                        .path("value")
                        .path("messages")
                        .get(0)
                        .path("default_message")
                        .asText())
                .isNotEmpty();
    }
}
