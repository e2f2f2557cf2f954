package io.kantoku.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import org.junit.jupiter.api.Test;

class StatusPageTest {
    @Test
    void showsWhatRunsAndWhereToGoOn() {
        ObjectNode status = Json.object().put("runtime", "simulated").put("runtime_description", "nothing runs");
        assertThat(StatusPage.render(status))
                .contains("simulated: nothing runs")
                .contains("not enabled")
                .contains("/wcp/plugin/linux-amd64/vsphere-plugin.zip")
                .contains("/certs/download.zip");
    }

    @Test
    void showsHostileTextAsText() {
        ObjectNode status = Json.object();
        status.putArray("supervisors")
                .addObject()
                .put("cluster", "domain-c8")
                .put("message", "<script>alert(\"x\")</script>");
        assertThat(StatusPage.render(status))
                .doesNotContain("<script>")
                .contains("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;");
    }
}
