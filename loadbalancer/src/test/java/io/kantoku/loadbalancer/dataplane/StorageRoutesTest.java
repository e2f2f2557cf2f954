package io.kantoku.loadbalancer.dataplane;

import static io.kantoku.loadbalancer.dataplane.ApiHarness.BASE;
import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.loadbalancer.dataplane.ApiHarness.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that the API keeps for the configuration. */
class StorageRoutesTest {
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
    void keepsMapFiles() {
        String maps = ApiHarness.BASE + "/storage/maps";
        String form = "--b\r\nContent-Disposition: form-data; name=\"file_upload\"; filename=\"%s\"\r\n"
                + "Content-Type: text/plain\r\n\r\na.example be\n\r\n--b--\r\n";
        String type = "multipart/form-data; boundary=b";
        assertThat(api.call("GET", maps).body()).isEmpty();
        Reply made = api.call("POST", maps, type, form.formatted("hosts.map").getBytes(StandardCharsets.UTF_8));
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.body().path("storage_name").asText()).isEqualTo("hosts.map");
        assertThat(made.body().path("size").asInt()).isEqualTo(13);
        String file = made.body().path("file").asText();
        assertThat(api.call("POST", maps, type, form.formatted("hosts.map").getBytes(StandardCharsets.UTF_8))
                        .status())
                .isEqualTo(409);
        assertThat(api.call("POST", maps, type, form.formatted("../x.map").getBytes(StandardCharsets.UTF_8))
                        .status())
                .isEqualTo(400);
        assertThat(api.call("POST", maps, "{}").status()).isEqualTo(415);
        assertThat(api.call("GET", maps + "/hosts.map").bytes()).asString().isEqualTo("a.example be\n");
        assertThat(api.call("GET", maps + "/..%2Fhaproxy.cfg").status()).isEqualTo(404);
        byte[] other = "b.example be\n".getBytes(StandardCharsets.UTF_8);
        assertThat(api.call("PUT", maps + "/hosts.map?skip_reload=true", "text/plain", other)
                        .status())
                .isEqualTo(204);

        String text = api.configuration.current().print() + "\nfrontend f\n  use_backend %[src,map(" + file + ")]\n";
        api.call(
                "POST",
                ApiHarness.BASE + "/configuration/raw?skip_version=true&force_reload=true",
                "text/plain",
                text.getBytes(StandardCharsets.UTF_8));
        Reply used = api.call("PUT", maps + "/hosts.map", "text/plain", other);
        assertThat(used.status()).isEqualTo(202);
        assertThat(api.ended(used.reload().orElseThrow())).isEqualTo("succeeded");
        assertThat(api.call("DELETE", maps + "/hosts.map")
                        .body()
                        .path("message")
                        .asText())
                .contains("is used by frontend f");
        api.call(
                "DELETE",
                ApiHarness.BASE + "/configuration/frontends/f?force_reload=true&version="
                        + api.configuration.current().version());
        assertThat(api.call("DELETE", maps + "/hosts.map").status()).isEqualTo(204);
        assertThat(api.call("DELETE", maps + "/hosts.map").status()).isEqualTo(404);
    }

    @Test
    void keepsCertificatesAndDoesNotTellTheirKeys() {
        String certificates = BASE + "/storage/ssl_certificates";
        Reply made = upload("POST", certificates, "1.pem", "-----BEGIN PRIVATE KEY-----");
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.body().path("storage_name").asText()).isEqualTo("1.pem");
        assertThat(upload("POST", certificates, "1.pem", "x").status()).isEqualTo(409);
        assertThat(api.call("GET", certificates).body()).hasSize(1);
        Reply read = api.call("GET", certificates + "/1.pem");
        assertThat(read.body()).isEqualTo(made.body());
        byte[] other = "other".getBytes(StandardCharsets.UTF_8);
        Reply replaced = api.call("PUT", certificates + "/1.pem", "text/plain", other);
        assertThat(replaced.status()).isEqualTo(202);
        assertThat(replaced.body().path("storage_name").asText()).isEqualTo("1.pem");
        assertThat(api.call("PUT", certificates + "/1.pem?skip_reload=true", "text/plain", other)
                        .status())
                .isEqualTo(200);
        assertThat(api.call("DELETE", certificates + "/1.pem").status()).isEqualTo(204);
        assertThat(api.call("DELETE", certificates + "/1.pem").status()).isEqualTo(404);
    }

    @Test
    void keepsFilesOfAnyUse() {
        String general = BASE + "/storage/general";
        assertThat(upload("POST", general, "503.http", "HTTP/1.0 503").status()).isEqualTo(201);
        assertThat(upload("POST", general, "../x", "y").status()).isEqualTo(400);
        assertThat(api.call("GET", general + "/503.http").bytes()).asString().isEqualTo("HTTP/1.0 503");
        assertThat(upload("PUT", general + "/503.http?skip_reload=true", "503.http", "HTTP/1.1 503")
                        .status())
                .isEqualTo(204);
        assertThat(api.call("PUT", general + "/503.http", "text/plain", new byte[] {1})
                        .status())
                .isEqualTo(415);
        assertThat(api.call("GET", general + "/503.http").bytes()).asString().isEqualTo("HTTP/1.1 503");
        assertThat(api.call("DELETE", general + "/503.http").status()).isEqualTo(204);
        assertThat(api.call("GET", general).body()).isEmpty();
    }

    private Reply upload(String method, String target, String name, String content) {
        String form = "--b\r\nContent-Disposition: form-data; name=\"file_upload\"; filename=\"" + name + "\"\r\n\r\n"
                + content + "\r\n--b--\r\n";
        return api.call(method, target, "multipart/form-data; boundary=b", form.getBytes(StandardCharsets.UTF_8));
    }
}
