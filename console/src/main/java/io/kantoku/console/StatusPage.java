package io.kantoku.console;

import com.fasterxml.jackson.databind.JsonNode;

/** The page that stands in for the console where it was not built: what runs, and where to go on. Pure. */
final class StatusPage {
    private StatusPage() {}

    static String render(JsonNode status) {
        StringBuilder rows = new StringBuilder();
        row(
                rows,
                "Runtime",
                status.path("runtime").asText() + ": "
                        + status.path("runtime_description").asText());
        row(rows, "Management network", status.path("management_network").asText());
        row(rows, "Workload network", status.path("workload_network").asText());
        JsonNode haproxy = status.path("haproxy");
        row(
                rows,
                "HAProxy",
                (haproxy.path("running").asBoolean() ? "running" : "not running") + ", Data Plane API "
                        + haproxy.path("data_plane_api").asText());
        row(
                rows,
                "Virtual machines",
                status.path("virtual_machines").path("powered_on").asText() + " of "
                        + status.path("virtual_machines").path("total").asText() + " are on");
        for (JsonNode supervisor : status.path("supervisors")) {
            row(
                    rows,
                    "Supervisor " + supervisor.path("cluster").asText(),
                    supervisor.path("config_status").asText() + " at "
                            + supervisor.path("api_server_cluster_endpoint").asText() + " "
                            + supervisor.path("message").asText());
        }
        if (status.path("supervisors").isEmpty()) {
            row(rows, "Workload Management", "not enabled: run ./kantoku enable");
        }
        return """
                <!doctype html>
                <html lang="en">
                <head><meta charset="utf-8"><title>Kantoku</title></head>
                <body>
                <h1>Kantoku 監督</h1>
                <p>The web console is not in this build: it is made with Node.js 20.19 or newer and npm, which were not found.
                Install them and start again with ./kantoku up.</p>
                <table>
                %s</table>
                <h2>Downloads</h2>
                <ul>
                <li>kubectl plugin: <a href="/wcp/plugin/linux-amd64/vsphere-plugin.zip">Linux</a>,
                <a href="/wcp/plugin/darwin-amd64/vsphere-plugin.zip">macOS</a></li>
                <li><a href="/certs/download.zip">certificate of this vCenter's authority</a></li>
                </ul>
                <p>vCenter's REST API is served here too, below <code>/api</code> and <code>/rest</code>.</p>
                </body>
                </html>
                """.formatted(rows);
    }

    private static void row(StringBuilder rows, String name, String value) {
        rows.append("<tr><th scope=\"row\">")
                .append(escape(name))
                .append("</th><td>")
                .append(escape(value))
                .append("</td></tr>\n");
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
