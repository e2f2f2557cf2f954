package io.kantoku.cli.instance;

import io.kantoku.vsphere.VmSpec;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What cloud-init knows of its machine and fills into templates, in the form {@code {{ ds.meta_data.instance_id }}}.
 *
 * @param values {@code instance_id} is the BIOS UUID, {@code hostname} the machine's name, {@code node_name} the name of its node
 */
record MetaData(Map<String, String> values) {
    private static final Pattern TEMPLATE = Pattern.compile("\\{\\{\\s*ds\\.meta_data\\.([a-z_]+)\\s*}}");

    static MetaData of(UUID biosUuid, VmSpec spec) {
        String uuid = biosUuid.toString();
        boolean supervisor = "supervisor-control-plane".equals(spec.metadata().get("role"));
        return new MetaData(Map.of(
                "instance_id",
                uuid,
                "hostname",
                spec.name(),
                "local_hostname",
                spec.name(),
                "node_name",
                supervisor ? uuid.replace("-", "") : spec.name()));
    }

    String nodeName() {
        return values.getOrDefault("node_name", "");
    }

    /** The text with every template replaced; one that is not known stays as it is. */
    String fillIn(String text) {
        Matcher matcher = TEMPLATE.matcher(text);
        StringBuilder filled = new StringBuilder();
        while (matcher.find()) {
            String value = values.get(matcher.group(1));
            matcher.appendReplacement(filled, Matcher.quoteReplacement(value == null ? matcher.group() : value));
        }
        return matcher.appendTail(filled).toString();
    }
}
