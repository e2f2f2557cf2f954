package io.kantoku.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The option that gives a namespace storage. */
final class StoragePoliciesOption {
    @Option(
            names = "--storage-policy",
            paramLabel = "NAME[=MiB]",
            description = "A storage policy that can be used, and how much of it; can be given several times.")
    private List<String> policies = List.of();

    boolean given() {
        return !policies.isEmpty();
    }

    /** The {@code storage_specs} of vCenter's API. */
    ArrayNode specs(VcenterClient vcenter) {
        ArrayNode specs = Json.mapper().createArrayNode();
        for (String policy : policies) {
            String[] parts = policy.split("=", 2);
            ObjectNode spec = specs.addObject().put("policy", id(vcenter, parts[0]));
            if (parts.length == 2) {
                spec.put("limit", mebibytes(parts[1]));
            }
        }
        return specs;
    }

    private static String id(VcenterClient vcenter, String name) {
        List<String> known = new ArrayList<>();
        for (JsonNode policy : vcenter.get("/api/vcenter/storage/policies")) {
            if (policy.path("name").asText().equals(name)) {
                return policy.path("policy").asText();
            }
            known.add(policy.path("name").asText());
        }
        throw CliException.failed("there is no storage policy named " + name + "; known: " + String.join(", ", known));
    }

    private static long mebibytes(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new CliException(CliException.ExitCode.USAGE, "'" + text + "' is no number of MiB");
        }
    }
}
