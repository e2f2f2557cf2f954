package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What can be wrong with a pod's volumes. */
final class VolumeChecks {
    /** For each source, the member that it cannot do without. */
    private static final Map<String, String> REQUIRED = Map.of(
            "secret", "secretName",
            "configMap", "name",
            "hostPath", "path",
            "persistentVolumeClaim", "claimName",
            "csi", "driver",
            "ephemeral", "volumeClaimTemplate");

    private VolumeChecks() {}

    /** The names of the volumes. */
    static Set<String> check(ObjectNode spec, FieldPath path, Problems problems) {
        Set<String> names = new HashSet<>();
        List<ObjectNode> volumes = Tree.objects(spec, "volumes");
        for (int i = 0; i < volumes.size(); i++) {
            ObjectNode volume = volumes.get(i);
            FieldPath at = path.index(i);
            problems.requiredForm(volume, at, "name", Names::dns1123Label);
            String name = Tree.text(volume, "name");
            if (!name.isEmpty() && !names.add(name)) {
                problems.duplicate(at.child("name"), name);
            }
            source(volume, at, problems);
        }
        return names;
    }

    private static void source(ObjectNode volume, FieldPath path, Problems problems) {
        List<String> sources = volume.properties().stream()
                .filter(entry ->
                        !entry.getKey().equals("name") && !entry.getValue().isNull())
                .map(Map.Entry::getKey)
                .toList();
        if (sources.isEmpty()) {
            problems.required(path, "must specify a volume type");
        }
        sources.stream()
                .skip(1)
                .forEach(extra -> problems.forbidden(path.child(extra), "may not specify more than 1 volume type"));
        for (String source : sources) {
            String member = REQUIRED.get(source);
            if (member != null && !Tree.has(volume, source, member)) {
                problems.required(path.child(source).child(member));
            } else if (member != null && Tree.at(volume, source, member).isTextual()) {
                ObjectNode parent = Tree.object(volume, source);
                problems.requiredText(parent, path.child(source), member);
            }
            items(volume, source, path.child(source), problems);
        }
    }

    private static void items(ObjectNode volume, String source, FieldPath path, Problems problems) {
        if (Tree.has(volume, source, "defaultMode")) {
            long mode = Tree.number(volume, source, "defaultMode");
            if (mode < 0 || mode > 0777) {
                problems.invalid(
                        path.child("defaultMode"),
                        Tree.at(volume, source, "defaultMode"),
                        "must be a number between 0 and 0777 (octal), both inclusive");
            }
        }
        List<ObjectNode> items = Tree.objects(volume, source, "items");
        for (int i = 0; i < items.size(); i++) {
            FieldPath at = path.child("items").index(i);
            if (!source.equals("downwardAPI")) {
                problems.requiredText(items.get(i), at, "key");
            }
            problems.requiredText(items.get(i), at, "path");
            relativePath(items.get(i), at, "path", problems);
        }
    }

    /** A path that stays below where it begins. */
    static void relativePath(ObjectNode parent, FieldPath path, String member, Problems problems) {
        String value = Tree.text(parent, member);
        if (value.startsWith("/")) {
            problems.invalid(path.child(member), value, "must be a relative path");
        }
        if (List.of(value.split("/", -1)).contains("..")) {
            problems.invalid(path.child(member), value, "must not contain '..'");
        }
    }
}
