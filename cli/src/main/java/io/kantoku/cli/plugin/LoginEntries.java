package io.kantoku.cli.plugin;

import io.kantoku.cli.plugin.WcpClient.Guest;
import io.kantoku.cli.plugin.WcpClient.Session;
import io.kantoku.cli.plugin.WcpClient.Workload;
import io.kantoku.client.Kubeconfig;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a login leaves in the kubeconfig. Pure.
 *
 * @param host the Supervisor's host as the user gave it
 * @param username as it was typed
 */
record LoginEntries(String host, String username, Trust trust, Session session, List<Workload> workloads) {
    /** The prefix of the names of all users that the plugin writes. */
    static final String USER_PREFIX = "wcp:";

    LoginEntries {
        workloads = workloads.stream()
                .sorted(Comparator.comparing(Workload::namespace).thenComparing(Workload::host))
                .toList();
    }

    /** The hosts whose API servers kubectl will speak with. */
    List<String> hosts() {
        return Stream.concat(servers().keySet().stream(), session.guest().map(Guest::host).stream())
                .toList();
    }

    /** The stack with the clusters, users and contexts of this login, and the current context that it leads to. */
    KubeconfigStack mergeInto(KubeconfigStack before) {
        KubeconfigStack stack = before;
        for (Map.Entry<String, Integer> server : servers().entrySet()) {
            String url = ServerAddress.apiUrl(server.getKey(), server.getValue());
            stack = withServer(stack, server.getKey(), trust.cluster(url));
        }
        String serverContext = freeName(stack, host, host);
        stack = withContext(stack, serverContext, host, "");
        String firstNamespace = "";
        for (Workload workload : workloads) {
            String name = freeName(stack, workload.namespace(), workload.host());
            stack = withContext(stack, name, workload.host(), workload.namespace());
            firstNamespace = firstNamespace.isEmpty() ? name : firstNamespace;
        }
        String guestContext = "";
        if (session.guest().isPresent()) {
            Guest guest = session.guest().get();
            String url = ServerAddress.apiUrl(guest.host(), Workload.API_PORT);
            stack = withServer(stack, guest.host(), trust.cluster(url, guest.authorityPem()));
            guestContext = freeName(stack, guest.name(), guest.host());
            stack = withContext(stack, guestContext, guest.host(), "");
        }
        String current = current(stack, serverContext, firstNamespace, guestContext);
        return stack.current().equals(current) ? stack : stack.change(file -> file.withCurrent(current));
    }

    private static String current(
            KubeconfigStack stack, String serverContext, String firstNamespace, String guestContext) {
        if (!guestContext.isEmpty()) {
            return guestContext;
        }
        if (firstNamespace.isEmpty()) {
            return serverContext;
        }
        return stack.context(stack.current()).isPresent() ? stack.current() : firstNamespace;
    }

    /** The Supervisors, with the ports of their API servers: the one that was logged in to, and those of the namespaces. */
    private Map<String, Integer> servers() {
        Map<String, Integer> servers = new LinkedHashMap<>();
        servers.put(host, Workload.API_PORT);
        workloads.forEach(workload -> servers.put(workload.host(), workload.port()));
        return servers;
    }

    private KubeconfigStack withServer(KubeconfigStack stack, String server, Kubeconfig.Cluster cluster) {
        return stack.change(file ->
                file.withCluster(server, cluster).withUser(user(server), Kubeconfig.User.token(session.token())));
    }

    private KubeconfigStack withContext(KubeconfigStack stack, String name, String server, String namespace) {
        return stack.change(file -> file.withContext(name, new Kubeconfig.Context(server, user(server), namespace)));
    }

    private String user(String server) {
        return USER_PREFIX + server + ":" + username;
    }

    /** A context's name; when a context of another server or another tool has it, the server's host is added. */
    private static String freeName(KubeconfigStack stack, String wanted, String server) {
        return Stream.concat(
                        Stream.of(wanted, wanted + "-" + server),
                        IntStream.iterate(2, i -> i + 1).mapToObj(i -> wanted + "-" + server + "-" + i))
                .filter(name -> {
                    Optional<Kubeconfig.Context> taken = stack.context(name);
                    return taken.isEmpty() || belongsTo(taken.get(), server);
                })
                .findFirst()
                .orElseThrow();
    }

    private static boolean belongsTo(Kubeconfig.Context context, String server) {
        return context.cluster().equals(server) && context.user().startsWith(USER_PREFIX + server + ":");
    }
}
