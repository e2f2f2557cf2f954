package io.kantoku.supervisor.login;

import io.kantoku.apimachinery.ClusterId;
import java.util.List;

/** Finds guest clusters to log in to. */
public interface GuestDirectory {
    /**
     * The guest clusters of a name.
     *
     * @param namespace where to look, {@code ""} for everywhere
     */
    List<Guest> find(String namespace, String name);

    /**
     * A guest cluster whose API can be reached.
     *
     * @param server host of its API, {@code ""} while it has none
     * @param authorityPem what its API's certificate is to be checked against
     */
    record Guest(String namespace, String name, ClusterId cluster, String server, String authorityPem) {}
}
