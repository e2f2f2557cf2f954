package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.LabelSelector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The short forms in which tables show lists, labels and selectors. */
final class Texts {
    static final String NONE = "<none>";
    private static final int SHOWN = 3;

    private Texts() {}

    static String orNone(String text) {
        return text.isEmpty() ? NONE : text;
    }

    static String orUnset(String text) {
        return text.isEmpty() ? "<unset>" : text;
    }

    /** {@code k=v,k=v}, sorted. */
    static String labels(JsonNode map) {
        return orNone(Tree.map(map).entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(",")));
    }

    /** A {@code LabelSelector} in the form that {@code kubectl -l} reads, or {@code <none>} when it has no terms. */
    static String selector(JsonNode selector) {
        try {
            return orNone(LabelSelector.fromJson(selector).toString());
        } catch (IllegalArgumentException notASelector) {
            return "<error>";
        }
    }

    static String names(JsonNode podTemplate) {
        return containers(podTemplate, "name");
    }

    static String images(JsonNode podTemplate) {
        return containers(podTemplate, "image");
    }

    private static String containers(JsonNode podTemplate, String member) {
        return Tree.objects(podTemplate, "spec", "containers").stream()
                .map(container -> Tree.text(container, member))
                .collect(Collectors.joining(","));
    }

    /** The first three, and how many there are beside them; {@code ifEmpty} when there are none. */
    static String some(List<String> all, String ifEmpty) {
        if (all.isEmpty()) {
            return ifEmpty;
        }
        String shown = all.stream().limit(SHOWN).collect(Collectors.joining(","));
        return all.size() <= SHOWN ? shown : shown + " + " + (all.size() - SHOWN) + " more...";
    }

    /** The addresses of a {@code LoadBalancerStatus}, sorted. */
    static List<String> ingress(JsonNode loadBalancer) {
        TreeSet<String> addresses = new TreeSet<>();
        for (ObjectNode ingress : Tree.objects(loadBalancer, "ingress")) {
            String ip = Tree.text(ingress, "ip");
            String address = ip.isEmpty() ? Tree.text(ingress, "hostname") : ip;
            if (!address.isEmpty()) {
                addresses.add(address);
            }
        }
        return List.copyOf(addresses);
    }

    /** {@code RWO,ROX,RWX,RWOP} in this order. */
    static String accessModes(JsonNode modes) {
        List<String> present = Tree.texts(modes);
        List<String> shortForms = new ArrayList<>();
        addIf(present, "ReadWriteOnce", "RWO", shortForms);
        addIf(present, "ReadOnlyMany", "ROX", shortForms);
        addIf(present, "ReadWriteMany", "RWX", shortForms);
        addIf(present, "ReadWriteOncePod", "RWOP", shortForms);
        return String.join(",", shortForms);
    }

    private static void addIf(List<String> present, String mode, String shortForm, List<String> to) {
        if (present.contains(mode)) {
            to.add(shortForm);
        }
    }

    /** {@code deployment.apps/web}: the managing controller in {@code metadata.ownerReferences}. */
    static String controller(JsonNode object) {
        for (ObjectNode owner : Tree.objects(object, "metadata", "ownerReferences")) {
            if (Tree.flag(owner, "controller")) {
                String apiVersion = Tree.text(owner, "apiVersion");
                int slash = apiVersion.indexOf('/');
                String group = slash < 0 ? "" : "." + apiVersion.substring(0, slash);
                return (Tree.text(owner, "kind") + group).toLowerCase(Locale.ROOT) + "/" + Tree.text(owner, "name");
            }
        }
        return NONE;
    }

    /** The subjects of one kind of a role binding. */
    static String subjects(JsonNode binding, String kind, Function<ObjectNode, String> form) {
        return Tree.objects(binding, "subjects").stream()
                .filter(subject -> Tree.text(subject, "kind").equals(kind))
                .map(form)
                .collect(Collectors.joining(", "));
    }

    static List<String> sortedRoles(Map<String, String> nodeLabels) {
        TreeSet<String> roles = new TreeSet<>();
        nodeLabels.forEach((key, value) -> {
            if (key.startsWith("node-role.kubernetes.io/")) {
                roles.add(key.substring("node-role.kubernetes.io/".length()));
            } else if (key.equals("kubernetes.io/role")) {
                roles.add(value);
            }
        });
        roles.remove("");
        return Collections.unmodifiableList(new ArrayList<>(roles));
    }
}
