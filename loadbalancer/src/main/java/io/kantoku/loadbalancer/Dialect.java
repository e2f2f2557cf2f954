package io.kantoku.loadbalancer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.loadbalancer.model.ApiJson;
import io.kantoku.loadbalancer.model.ApiObject;
import io.kantoku.loadbalancer.model.Backend;
import io.kantoku.loadbalancer.model.Kinds;
import io.kantoku.loadbalancer.model.ObjectKind;
import io.kantoku.loadbalancer.model.Parent;
import io.kantoku.loadbalancer.model.Rule;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a version of the Data Plane API wants to be called. Pure.
 *
 * <p>Version 2 names the parent of an object in the query, version 3 in the path, where the index of a rule is as well; version 3
 * does not wrap its answers. Checks over HTTP are {@code httpchk} up to 2.2 and {@code httpchk_params} since.
 */
enum Dialect {
    /** 2.1, which the vSphere appliance has, and 2.2. */
    V2("/v2"),
    /** 2.3 to 2.9. */
    LATER_V2("/v2"),
    V3("/v3");

    private static final Pattern MINOR = Pattern.compile("v?2\\.(\\d{1,3})\\b.*");
    private static final int FIRST_LATER = 3;

    private final String prefix;

    Dialect(String prefix) {
        this.prefix = prefix;
    }

    /** That of a server whose {@code /v2/info} tells this version; {@code v2.9.1 ab12cd}. */
    static Dialect ofSecond(String version) {
        Matcher matcher = MINOR.matcher(version);
        return matcher.matches() && Integer.parseInt(matcher.group(1)) < FIRST_LATER ? V2 : LATER_V2;
    }

    /** A request. */
    record Call(String method, String target, @Nullable JsonNode body) {}

    /** A path of HAProxy's service. */
    String path(String below) {
        return prefix + "/services/haproxy" + below;
    }

    boolean wraps() {
        return this != V3;
    }

    /** The servers of a backend as the engine sees them. */
    String runtimeServers(String backend) {
        return this == V3
                ? path("/runtime/backends/" + encode(backend) + "/servers")
                : path("/runtime/servers?backend=" + encode(backend));
    }

    /** One write of a transaction. */
    Call write(ConfigCall step, String transaction) {
        return switch (step) {
            case ConfigCall.Create<?> create -> {
                boolean inPath = this == V3 && create.object() instanceof Rule;
                String one = inPath ? "/" + index(create.object()) : "";
                yield new Call("POST", target(step, one, transaction), body(create.object()));
            }
            case ConfigCall.Replace<?> replace ->
                new Call("PUT", target(step, "/" + encode(replace.key()), transaction), body(replace.object()));
            case ConfigCall.Delete delete ->
                new Call("DELETE", target(step, "/" + encode(delete.key()), transaction), null);
        };
    }

    private String target(ConfigCall step, String one, String transaction) {
        ObjectKind<?> kind = step.kind();
        Parent parent = step.parent();
        String query = "?";
        String parents = "";
        if (this == V3) {
            parents = parent.equals(Parent.NONE) ? "" : "/" + parent.type() + "s/" + encode(parent.name());
        } else if (!parent.equals(Parent.NONE)) {
            query = kind.equals(Kinds.TCP_REQUEST_RULES) || kind.equals(Kinds.LOG_TARGETS)
                    ? "?parent_type=" + parent.type() + "&parent_name=" + encode(parent.name()) + "&"
                    : "?" + parent.type() + "=" + encode(parent.name()) + "&";
        }
        return path("/configuration" + parents + "/" + kind.collection() + one) + query + "transaction_id="
                + encode(transaction);
    }

    private static int index(ApiObject object) {
        Integer index = object instanceof Rule rule ? rule.index() : null;
        if (index == null) {
            throw new IllegalArgumentException("a rule to be added has no index: " + object);
        }
        return index;
    }

    private JsonNode body(ApiObject object) {
        JsonNode json = ApiJson.tree(object);
        if (json instanceof ObjectNode members) {
            if (this == V3 && object instanceof Rule) {
                members.remove("index");
            }
            if (this != V2 && object instanceof Backend) {
                Backend.withCheckParameters(members);
            }
        }
        return json;
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
