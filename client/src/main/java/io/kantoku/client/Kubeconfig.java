package io.kantoku.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.Yaml;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A kubeconfig file: clusters, users and the contexts that join them. Members that are not modelled here (extensions,
 * preferences, exec plugins) survive reading and writing.
 *
 * @param tree the whole file
 */
public record Kubeconfig(ObjectNode tree) {
    /**
     * A server.
     *
     * @param server the URL, for example {@code https://192.0.2.1:6443}
     * @param authoritiesPem the CA bundle; {@code ""} for the machine's own
     * @param insecure whether the server's certificate is not checked
     */
    public record Cluster(String server, String authoritiesPem, boolean insecure) {}

    /**
     * Who the client is. Empty strings mean "none".
     *
     * @param certificatePem a client certificate, with {@code keyPem}
     */
    public record User(String token, String certificatePem, String keyPem) {
        public static User token(String token) {
            return new User(token, "", "");
        }

        public static User certificate(String certificatePem, String keyPem) {
            return new User("", certificatePem, keyPem);
        }

        /** Tokens and keys are not printed. */
        @Override
        public String toString() {
            return "User[" + (token.isEmpty() ? certificatePem.isEmpty() ? "anonymous" : "certificate" : "token") + "]";
        }
    }

    /** A cluster and user by their names, and the namespace that commands use; {@code ""} for {@code default}. */
    public record Context(String cluster, String user, String namespace) {}

    /** A file without entries. */
    public static Kubeconfig empty() {
        ObjectNode tree = Json.object();
        tree.put("apiVersion", "v1").put("kind", "Config");
        tree.putArray("clusters");
        tree.putArray("contexts");
        tree.put("current-context", "");
        tree.putObject("preferences");
        tree.putArray("users");
        return new Kubeconfig(tree);
    }

    /** A file with one cluster, user and context, all of one name. */
    public static Kubeconfig of(String name, Cluster cluster, User user) {
        return empty().withCluster(name, cluster)
                .withUser(name, user)
                .withContext(name, new Context(name, name, ""))
                .withCurrent(name);
    }

    /**
     * Reads a file's text; an empty text is an empty file.
     *
     * @throws io.kantoku.apimachinery.ApiException 400 with the position when it is not YAML or not an object
     */
    public static Kubeconfig parse(String yaml) {
        return yaml.isBlank() ? empty() : new Kubeconfig(Yaml.parseObject(yaml));
    }

    /** The text of the file. */
    public String write() {
        return Yaml.write(tree);
    }

    public String current() {
        return tree.path("current-context").asText("");
    }

    public Kubeconfig withCurrent(String context) {
        ObjectNode next = tree.deepCopy();
        next.put("current-context", context);
        return new Kubeconfig(next);
    }

    public Optional<Cluster> cluster(String name) {
        return entry("clusters", name)
                .map(entry -> entry.path("cluster"))
                .map(cluster -> new Cluster(
                        cluster.path("server").asText(),
                        decoded(cluster.path("certificate-authority-data")),
                        cluster.path("insecure-skip-tls-verify").asBoolean()));
    }

    public Optional<User> user(String name) {
        return entry("users", name)
                .map(entry -> entry.path("user"))
                .map(user -> new User(
                        user.path("token").asText(""),
                        decoded(user.path("client-certificate-data")),
                        decoded(user.path("client-key-data"))));
    }

    public Optional<Context> context(String name) {
        return entry("contexts", name)
                .map(entry -> entry.path("context"))
                .map(context -> new Context(
                        context.path("cluster").asText(),
                        context.path("user").asText(),
                        context.path("namespace").asText("")));
    }

    /** The names of all contexts in the order of the file. */
    public List<String> contexts() {
        List<String> names = new ArrayList<>();
        tree.path("contexts").forEach(entry -> names.add(entry.path("name").asText()));
        return names;
    }

    /** Sets a cluster, replacing one of that name. */
    public Kubeconfig withCluster(String name, Cluster cluster) {
        ObjectNode content = Json.object().put("server", cluster.server());
        if (cluster.insecure()) {
            content.put("insecure-skip-tls-verify", true);
        } else if (!cluster.authoritiesPem().isEmpty()) {
            content.put("certificate-authority-data", encoded(cluster.authoritiesPem()));
        }
        return with("clusters", "cluster", name, content);
    }

    /** Sets a user, replacing one of that name. */
    public Kubeconfig withUser(String name, User user) {
        ObjectNode content = Json.object();
        if (!user.token().isEmpty()) {
            content.put("token", user.token());
        }
        if (!user.certificatePem().isEmpty()) {
            content.put("client-certificate-data", encoded(user.certificatePem()))
                    .put("client-key-data", encoded(user.keyPem()));
        }
        return with("users", "user", name, content);
    }

    /** Sets a context, replacing one of that name. */
    public Kubeconfig withContext(String name, Context context) {
        ObjectNode content = Json.object().put("cluster", context.cluster());
        if (!context.namespace().isEmpty()) {
            content.put("namespace", context.namespace());
        }
        content.put("user", context.user());
        return with("contexts", "context", name, content);
    }

    public Kubeconfig withoutCluster(String name) {
        return without("clusters", name);
    }

    public Kubeconfig withoutUser(String name) {
        return without("users", name);
    }

    public Kubeconfig withoutContext(String name) {
        return without("contexts", name);
    }

    /** The names only: users hold secrets. */
    @Override
    public String toString() {
        return "Kubeconfig" + contexts();
    }

    private Optional<JsonNode> entry(String list, String name) {
        for (JsonNode entry : tree.path(list)) {
            if (entry.path("name").asText().equals(name)) {
                return Optional.of(entry);
            }
        }
        return Optional.empty();
    }

    private Kubeconfig with(String list, String member, String name, ObjectNode content) {
        ObjectNode next = tree.deepCopy();
        ArrayNode entries = list(next, list);
        for (JsonNode entry : entries) {
            if (entry.path("name").asText().equals(name) && entry instanceof ObjectNode object) {
                object.set(member, content);
                return new Kubeconfig(next);
            }
        }
        ObjectNode entry = entries.addObject();
        entry.set(member, content);
        entry.put("name", name);
        return new Kubeconfig(next);
    }

    private Kubeconfig without(String list, String name) {
        ObjectNode next = tree.deepCopy();
        ArrayNode entries = list(next, list);
        for (int i = entries.size() - 1; i >= 0; i--) {
            if (entries.get(i).path("name").asText().equals(name)) {
                entries.remove(i);
            }
        }
        return new Kubeconfig(next);
    }

    /** kubectl writes an empty list as null. */
    private static ArrayNode list(ObjectNode tree, String name) {
        return tree.path(name) instanceof ArrayNode array ? array : tree.putArray(name);
    }

    private static String decoded(JsonNode data) {
        String text = data.asText("");
        return text.isEmpty() ? "" : new String(Base64.getMimeDecoder().decode(text), StandardCharsets.UTF_8);
    }

    private static String encoded(String pem) {
        return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
    }
}
