package io.kantoku.supervisor.login;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.transport.TlsIdentity;
import java.util.List;
import java.util.Optional;

/** Finds guest clusters to log in to. */
public interface GuestDirectory {
    /**
     * The guest clusters of a name.
     *
     * @param namespace where to look, {@code ""} for everywhere
     */
    List<Guest> find(String namespace, String name);

    /** Whether the guests' APIs take the tokens of logins; those that their own machines serve do not know who issues them. */
    default boolean takeTokens() {
        return true;
    }

    /**
     * A client certificate of a user of a guest that takes no tokens, good for as long as a token.
     *
     * @param user the name in clusters, {@code sso:dev@vsphere.local}
     * @param groups in the same form
     */
    default Optional<TlsIdentity> certificate(Guest guest, String user, List<String> groups) {
        return Optional.empty();
    }

    /**
     * A guest cluster whose API can be reached.
     *
     * @param server host of its API, {@code ""} while it has none
     * @param authorityPem what its API's certificate is to be checked against
     */
    record Guest(String namespace, String name, ClusterId cluster, String server, String authorityPem) {}
}
