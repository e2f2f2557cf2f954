package io.kantoku.apiserver.auth;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The {@code Impersonate-*} headers: acting as somebody else, where every part of that identity is a right of its own. */
public final class Impersonation {
    private static final String EXTRA = "impersonate-extra-";
    private static final String ACCOUNT = "system:serviceaccount:";

    private final AccessControl access;

    public Impersonation(Authorizer authorizer) {
        this.access = new AccessControl(authorizer);
    }

    /**
     * The user to act as: the caller, unless the headers ask for somebody else.
     *
     * @param headers request headers by lower-case name
     * @throws ApiException 400 when the headers are incomplete, 403 when the caller may not
     */
    public UserInfo actingAs(ClusterId cluster, UserInfo caller, Map<String, List<String>> headers) {
        String name = first(headers, "impersonate-user");
        List<String> groups = headers.getOrDefault("impersonate-group", List.of());
        String uid = first(headers, "impersonate-uid");
        Map<String, List<String>> extra = extra(headers);
        if (name.isEmpty()) {
            if (!groups.isEmpty() || !uid.isEmpty() || !extra.isEmpty()) {
                throw ApiException.badRequest(
                        "requested impersonation of groups, uid or extra without impersonating a user:"
                                + " set the header Impersonate-User too");
            }
            return caller;
        }
        requireUser(cluster, caller, name);
        groups.forEach(group -> require(cluster, caller, "", "groups", "", "", group));
        if (!uid.isEmpty()) {
            require(cluster, caller, "authentication.k8s.io", "uids", "", "", uid);
        }
        extra.forEach((key, values) -> values.forEach(
                value -> require(cluster, caller, "authentication.k8s.io", "userextras", key, "", value)));
        return new UserInfo(name, uid, effectiveGroups(name, groups), extra);
    }

    private void requireUser(ClusterId cluster, UserInfo caller, String name) {
        String[] parts = name.split(":", -1);
        if (account(parts)) {
            require(cluster, caller, "", "serviceaccounts", "", parts[2], parts[3]);
        } else {
            require(cluster, caller, "", "users", "", "", name);
        }
    }

    private void require(
            ClusterId cluster,
            UserInfo caller,
            String group,
            String resource,
            String subresource,
            String namespace,
            String name) {
        access.require(
                cluster,
                caller,
                new RequestInfo("impersonate", true, "", group, "v1", resource, subresource, namespace, name));
    }

    private static List<String> effectiveGroups(String name, List<String> asked) {
        List<String> groups = new ArrayList<>(asked);
        String[] parts = name.split(":", -1);
        if (groups.isEmpty() && account(parts)) {
            groups.add("system:serviceaccounts");
            groups.add("system:serviceaccounts:" + parts[2]);
        }
        String standing = name.equals("system:anonymous") ? "system:unauthenticated" : "system:authenticated";
        if (!groups.contains(standing) && !groups.contains("system:unauthenticated")) {
            groups.add(standing);
        }
        return groups;
    }

    /** Whether the parts of a user's name between colons are those of a service account's. */
    private static boolean account(String[] parts) {
        return parts.length == 4 && String.join(":", parts).startsWith(ACCOUNT);
    }

    private static Map<String, List<String>> extra(Map<String, List<String>> headers) {
        Map<String, List<String>> extra = new LinkedHashMap<>();
        headers.forEach((header, values) -> {
            if (header.startsWith(EXTRA)) {
                extra.put(key(header.substring(EXTRA.length())).toLowerCase(Locale.ROOT), values);
            }
        });
        return extra;
    }

    /** The key that a header's name carries, percent-decoded; as it is when it cannot be decoded. */
    private static String key(String escaped) {
        try {
            return URLDecoder.decode(escaped.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return escaped;
        }
    }

    private static String first(Map<String, List<String>> headers, String name) {
        List<String> values = headers.getOrDefault(name, List.of());
        return values.isEmpty() ? "" : values.getFirst();
    }
}
