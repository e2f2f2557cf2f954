package io.kantoku.loadbalancer.model;

import java.util.List;

/** A kind of object that a configuration holds in lists: how it is found, added, replaced and removed. */
public sealed interface ObjectKind<T extends ApiObject> permits SectionKind, LineKind {
    SectionKind<Frontend> FRONTENDS = new SectionKind<>("frontend", Frontend.class, Frontend::read, Frontend::write);
    SectionKind<Backend> BACKENDS = new SectionKind<>("backend", Backend.class, Backend::read, Backend::write);

    LineKind<Bind> BINDS =
            new LineKind<>("bind", Bind.class, w -> w.startsWith("bind"), (i, w) -> Bind.read(w), Bind::write);
    LineKind<Server> SERVERS =
            new LineKind<>("server", Server.class, w -> w.startsWith("server"), (i, w) -> Server.read(w), Server::write);
    LineKind<BackendSwitchingRule> BACKEND_SWITCHING_RULES = new LineKind<>(
            "backend switching rule",
            BackendSwitchingRule.class,
            w -> w.startsWith("use_backend"),
            BackendSwitchingRule::read,
            BackendSwitchingRule::write);
    LineKind<TcpRequestRule> TCP_REQUEST_RULES = new LineKind<>(
            "tcp request rule",
            TcpRequestRule.class,
            w -> w.startsWith("tcp-request"),
            TcpRequestRule::read,
            TcpRequestRule::write);
    LineKind<LogTarget> LOG_TARGETS = new LineKind<>(
            "log target",
            LogTarget.class,
            w -> w.startsWith("log") || w.startsWith("no", "log"),
            LogTarget::read,
            LogTarget::write);

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
     * @throws DataPlaneException CONFLICT when one of that name exists, BAD_REQUEST when the parent does not exist or the index
     *     is past the end
     */
    HaproxyConfig add(HaproxyConfig config, Parent parent, T object);

    /** @throws DataPlaneException NOT_FOUND, BAD_REQUEST when the parent does not exist */
    HaproxyConfig replace(HaproxyConfig config, Parent parent, String key, T object);

    /** @throws DataPlaneException NOT_FOUND, BAD_REQUEST when the parent does not exist */
    HaproxyConfig remove(HaproxyConfig config, Parent parent, String key);
}
