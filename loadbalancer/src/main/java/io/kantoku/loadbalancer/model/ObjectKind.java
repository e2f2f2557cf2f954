package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.Function;

/** A kind of object that a configuration holds in lists: how it is found, added, replaced and removed. */
public sealed interface ObjectKind<T extends ApiObject> permits SectionKind, LineKind {
    /** What messages call such an object. */
    String label();

    /** Makes such an object of JSON; members that are not known are passed over. */
    Function<JsonNode, T> convert();

    /**
     * What a client sent.
     *
     * @throws DataPlaneException INVALID, BAD_REQUEST for what the schema does not allow
     */
    default T accept(JsonNode sent) {
        T object = convert().apply(sent);
        object.validate();
        return object;
    }

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
