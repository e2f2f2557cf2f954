package io.kantoku.kubelet.runtime;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.network.PodLink;
import io.kantoku.network.PodSandbox;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A call of a CNI plug-in: its variables, a line each, an empty line, its input. Pure.
 *
 * @see <a href="https://www.cni.dev/docs/spec/">CNI specification 1.0.0</a>
 */
record CniCall(Map<String, String> variables, String input) {
    static CniCall parse(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int end = text.indexOf("\n\n");
        Map<String, String> variables = new LinkedHashMap<>();
        for (String line : text.substring(0, end < 0 ? text.length() : end).split("\n", -1)) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                variables.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return new CniCall(variables, end < 0 ? "" : text.substring(end + 2));
    }

    String command() {
        return variable("CNI_COMMAND");
    }

    /** The path of the pod's network namespace; may be empty in DEL. */
    String namespace() {
        return variable("CNI_NETNS");
    }

    PodSandbox sandbox() {
        Map<String, String> arguments = new LinkedHashMap<>();
        for (String pair : variable("CNI_ARGS").split(";", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                arguments.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return new PodSandbox(
                variable("CNI_CONTAINERID"),
                Path.of(namespace()),
                variable("CNI_IFNAME"),
                arguments.getOrDefault("K8S_POD_NAMESPACE", ""),
                arguments.getOrDefault("K8S_POD_NAME", ""),
                arguments.getOrDefault("K8S_POD_UID", ""));
    }

    private String variable(String name) {
        return variables.getOrDefault(name, "");
    }

    static ObjectNode versions() {
        ObjectNode answer = Json.object().put("cniVersion", CniPrograms.VERSION);
        answer.putArray("supportedVersions")
                .add("0.3.0")
                .add("0.3.1")
                .add("0.4.0")
                .add("1.0.0");
        return answer;
    }

    /** The answer to an ADD. */
    ObjectNode added(PodLink link) {
        ObjectNode answer = Json.object().put("cniVersion", CniPrograms.VERSION);
        answer.putArray("interfaces")
                .addObject()
                .put("name", variable("CNI_IFNAME"))
                .put("mac", link.mac())
                .put("sandbox", namespace());
        answer.putArray("ips")
                .addObject()
                .put("address", link.address())
                .put("gateway", link.gateway())
                .put("interface", 0);
        answer.putArray("routes").addObject().put("dst", "0.0.0.0/0").put("gw", link.gateway());
        answer.putObject("dns");
        return answer;
    }

    /** What a plug-in prints when it fails. */
    static ObjectNode failed(int code, String message) {
        return Json.object()
                .put("cniVersion", CniPrograms.VERSION)
                .put("code", code)
                .put("msg", message);
    }
}
