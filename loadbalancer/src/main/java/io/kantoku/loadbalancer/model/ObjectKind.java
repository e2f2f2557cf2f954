package io.kantoku.loadbalancer.model;

import java.util.List;

/** A kind of object that a configuration holds in lists: how it is found, added, replaced and removed. */
public sealed interface ObjectKind<T extends ApiObject> permits SectionKind, LineKind {
    /** What messages call such an object. */
    String label();

    Class<T> type();

    /** The last part of their path in the API: {@code backend_switching_rules}. */
    default String collection() {
        return label().replace(' ', '_') + "s";
    }

    /** All objects under a parent, in the order of the text; none when the parent does not exist. */
    List<T> list(HaproxyConfig config, Parent parent);

    /**
     * The object of that name or index.
     *
     * @throws DataPlaneException NOT_FOUND
     */
    T get(HaproxyConfig config, Parent parent, String key);

    /**
     * The configuration with one object more.
     *
     * @throws DataPlaneException CONFLICT when one of that name exists, BAD_REQUEST when the parent does not exist or the index
     *     is past the end
     */
    HaproxyConfig add(HaproxyConfig config, Parent parent, T object);

    /**
     * The configuration with another object in the place of the one of that name or index.
     *
     * @throws DataPlaneException NOT_FOUND, BAD_REQUEST when the parent does not exist
     */
    HaproxyConfig replace(HaproxyConfig config, Parent parent, String key, T object);

    /**
     * The configuration without the object of that name or index.
     *
     * @throws DataPlaneException NOT_FOUND, BAD_REQUEST when the parent does not exist
     */
    HaproxyConfig remove(HaproxyConfig config, Parent parent, String key);
}
