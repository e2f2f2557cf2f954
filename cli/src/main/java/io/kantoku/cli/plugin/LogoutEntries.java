package io.kantoku.cli.plugin;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.client.Kubeconfig;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedSet;

/** What a logout takes out of the kubeconfig: all that logins left in it, and nothing else. Pure. */
final class LogoutEntries {
    private LogoutEntries() {}

    /** The stack without users of the plugin, their contexts, and clusters that only those used. */
    static KubeconfigStack removeFrom(KubeconfigStack before) {
        Set<String> clusters = new HashSet<>();
        Set<String> contexts = new HashSet<>();
        Set<String> kept = new HashSet<>();
        for (KubeconfigStack.Layer layer : before.layers()) {
            for (String name : layer.content().contexts()) {
                Kubeconfig.Context context = layer.content().context(name).orElseThrow();
                if (isOurs(context.user())) {
                    contexts.add(name);
                    clusters.add(context.cluster());
                } else {
                    kept.add(context.cluster());
                }
            }
            users(layer.content()).stream()
                    .filter(LogoutEntries::isOurs)
                    .map(LogoutEntries::host)
                    .forEach(clusters::add);
        }
        clusters.removeAll(kept);
        KubeconfigStack after = before.changeAll(file -> remove(file, clusters));
        SortedSet<String> left = after.contexts();
        return after.changeAll(
                file -> file.current().isEmpty() || left.contains(file.current()) || !contexts.contains(file.current())
                        ? file
                        : file.withCurrent(""));
    }

    private static Kubeconfig remove(Kubeconfig file, Set<String> clusters) {
        Kubeconfig next = file;
        for (String context : file.contexts()) {
            if (isOurs(file.context(context).orElseThrow().user())) {
                next = next.withoutContext(context);
            }
        }
        for (String user : users(file)) {
            if (isOurs(user)) {
                next = next.withoutUser(user);
            }
        }
        for (String cluster : clusters) {
            if (file.cluster(cluster).isPresent()) {
                next = next.withoutCluster(cluster);
            }
        }
        return next;
    }

    private static Set<String> users(Kubeconfig file) {
        Set<String> names = new HashSet<>();
        for (JsonNode user : file.tree().path("users")) {
            names.add(user.path("name").asText());
        }
        return names;
    }

    private static boolean isOurs(String user) {
        return user.startsWith(LoginEntries.USER_PREFIX);
    }

    /** From {@code wcp:HOST:USER}; a host may have colons, a user name may not. */
    private static String host(String user) {
        int end = user.lastIndexOf(':');
        return user.substring(LoginEntries.USER_PREFIX.length(), Math.max(LoginEntries.USER_PREFIX.length(), end));
    }
}
