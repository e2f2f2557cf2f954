package io.kantoku.supervisor.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.supervisor.vapi.VapiException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A size of machines, as {@code VirtualMachineClasses} of vCenter 7.0 U2a and later has it.
 *
 * @param cpuReservation guaranteed share of the processors in percent
 * @param memoryReservation guaranteed share of the memory in percent
 * @param devices as they were given; kept for clients, and given to no machine
 */
public record VmClass(
        String id,
        String description,
        int cpus,
        long memoryMiB,
        int cpuReservation,
        int memoryReservation,
        @Nullable JsonNode devices,
        @Nullable JsonNode configSpec) {
    private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final int MILLIS_OF_A_PERCENT = 10;

    static VmClass sized(String id, int cpus, long memoryMiB, boolean guaranteed) {
        int percent = guaranteed ? 100 : 0;
        return new VmClass(id, "", cpus, memoryMiB, percent, percent, null, null);
    }

    /**
     * Reads the settings of a create or update call; absent ones keep the value of {@code present}.
     *
     * @throws VapiException {@code INVALID_ARGUMENT}
     */
    static VmClass read(String id, JsonNode json, @Nullable VmClass present) {
        if (!DNS_LABEL.matcher(id).matches()) {
            throw VapiException.invalid("id: '" + id + "' must be a DNS label: at most 63 of a-z 0-9 -, beginning and"
                    + " ending with a letter or digit");
        }
        VmClass read = new VmClass(
                id,
                json.path("description").asText(present == null ? "" : present.description()),
                (int) number(json, "cpu_count", 1, 960, present == null ? 0 : present.cpus()),
                number(json, "memory_MB", 4, 24L << 20, present == null ? 0 : present.memoryMiB()),
                (int) number(json, "cpu_reservation", 0, 100, present == null ? 0 : present.cpuReservation()),
                (int) number(json, "memory_reservation", 0, 100, present == null ? 0 : present.memoryReservation()),
                json.hasNonNull("devices") ? json.path("devices") : present == null ? null : present.devices(),
                json.hasNonNull("config_spec")
                        ? json.path("config_spec")
                        : present == null ? null : present.configSpec());
        read.requireOneSize();
        return read;
    }

    private void requireOneSize() {
        if (cpus == 0 || memoryMiB == 0) {
            throw VapiException.invalid("cpu_count and memory_MB are required");
        }
        if (configSpec != null) {
            same("numCPUs", "cpu_count", configSpec, cpus);
            same("memoryMB", "memory_MB", configSpec, memoryMiB);
        }
    }

    private static void same(String inSpec, String field, JsonNode spec, long value) {
        if (spec.hasNonNull(inSpec) && spec.path(inSpec).asLong() != value) {
            throw VapiException.invalid("config_spec." + inSpec + " is " + spec.path(inSpec) + ", but " + field + " is "
                    + value + "; they must be equal");
        }
    }

    private static long number(JsonNode json, String name, long least, long most, long otherwise) {
        if (!json.hasNonNull(name)) {
            return otherwise;
        }
        JsonNode value = json.path(name);
        if (!value.isIntegralNumber() || value.asLong() < least || value.asLong() > most) {
            throw VapiException.invalid(
                    name + ": must be a whole number from " + least + " to " + most + ", found " + value);
        }
        return value.asLong();
    }

    /** {@code VirtualMachineClasses.Info} but for what uses it. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object()
                .put("id", id)
                .put("description", description)
                .put("cpu_count", cpus)
                .put("memory_MB", memoryMiB);
        if (cpuReservation > 0) {
            json.put("cpu_reservation", cpuReservation);
        }
        if (memoryReservation > 0) {
            json.put("memory_reservation", memoryReservation);
        }
        if (devices != null) {
            json.set("devices", devices);
        }
        if (configSpec != null) {
            json.set("config_spec", configSpec);
        }
        return json;
    }

    /** What the class is on a Supervisor. */
    KubeObject object() {
        KubeObject object = KubeObject.create(
                new GroupVersionKind("vmoperator.vmware.com", "v1alpha1", "VirtualMachineClass"), "", id);
        object.spec().putObject("hardware").put("cpus", cpus).put("memory", quantity(memoryMiB));
        if (cpuReservation > 0 || memoryReservation > 0) {
            ObjectNode requests =
                    object.spec().putObject("policies").putObject("resources").putObject("requests");
            if (cpuReservation > 0) {
                requests.put("cpu", cpus * cpuReservation * MILLIS_OF_A_PERCENT + "m");
            }
            if (memoryReservation > 0) {
                requests.put("memory", quantity(memoryMiB * memoryReservation / 100));
            }
        }
        return object;
    }

    private static String quantity(long mebibytes) {
        return mebibytes % 1024 == 0 ? mebibytes / 1024 + "Gi" : mebibytes + "Mi";
    }
}
