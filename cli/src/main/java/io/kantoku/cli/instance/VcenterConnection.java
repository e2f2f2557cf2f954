package io.kantoku.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The vCenter that an instance works on, and what of it is ours to use.
 *
 * @param url {@code https://vcenter.example}
 * @param passwordFile the file that holds the user's password; it is read at each start and not kept
 * @param authorities the file with the authorities of vCenter's certificate; empty for those that the JDK knows
 * @param datacenter its name; {@code ""} where there is only one
 * @param folder the VM folder for all machines
 * @param address of this machine, as control VMs reach it: they lead there, for the Supervisor's API is served by this process
 */
public record VcenterConnection(
        URI url,
        String user,
        Path passwordFile,
        Optional<Path> authorities,
        String datacenter,
        String folder,
        String address) {
    ObjectNode toJson() {
        ObjectNode json = Json.object()
                .put("url", url.toString())
                .put("user", user)
                .put("password_file", passwordFile.toString())
                .put("datacenter", datacenter)
                .put("folder", folder)
                .put("address", address);
        authorities.ifPresent(file -> json.put("ca_file", file.toString()));
        return json;
    }

    static VcenterConnection of(JsonNode json) {
        return new VcenterConnection(
                URI.create(json.path("url").asText()),
                json.path("user").asText(),
                Path.of(json.path("password_file").asText()),
                Optional.ofNullable(json.path("ca_file").textValue()).map(Path::of),
                json.path("datacenter").asText(),
                json.path("folder").asText(),
                json.path("address").asText());
    }
}
