package io.kantoku.apiserver.auth;

import java.util.List;
import java.util.Map;

/**
 * Who is calling.
 *
 * @param name for example {@code system:serviceaccount:ns:name} or {@code sso:dev@vsphere.local}
 * @param uid may be empty
 */
public record UserInfo(String name, String uid, List<String> groups, Map<String, List<String>> extra) {
    /** The extra that says which certificate or token a user came with (KEP-4193). */
    static final String CREDENTIAL_ID = "authentication.kubernetes.io/credential-id";

    /** The user of a request without credentials. */
    public static final UserInfo ANONYMOUS =
            new UserInfo("system:anonymous", "", List.of("system:unauthenticated"), Map.of());

    public UserInfo {
        groups = List.copyOf(groups);
        extra = Map.copyOf(extra);
    }

    /** A member of {@code system:masters}, who may do everything. */
    public static UserInfo master(String name) {
        return new UserInfo(name, "", List.of("system:masters", "system:authenticated"), Map.of());
    }

    public boolean inGroup(String group) {
        return groups.contains(group);
    }
}
