package io.kantoku.loadbalancer.model;

/** The kinds of object that the API serves. */
public final class Kinds {
    public static final SectionKind<Frontend> FRONTENDS =
            new SectionKind<>("frontend", Frontend.class, Frontend::read, Frontend::write);
    public static final SectionKind<Backend> BACKENDS =
            new SectionKind<>("backend", Backend.class, Backend::read, Backend::write);

    public static final LineKind<Bind> BINDS =
            new LineKind<>("bind", Bind.class, w -> w.startsWith("bind"), (i, w) -> Bind.read(w), Bind::write);
    public static final LineKind<Server> SERVERS = new LineKind<>(
            "server", Server.class, w -> w.startsWith("server"), (i, w) -> Server.read(w), Server::write);
    public static final LineKind<BackendSwitchingRule> BACKEND_SWITCHING_RULES = new LineKind<>(
            "backend switching rule",
            BackendSwitchingRule.class,
            w -> w.startsWith("use_backend"),
            BackendSwitchingRule::read,
            BackendSwitchingRule::write);
    public static final LineKind<TcpRequestRule> TCP_REQUEST_RULES = new LineKind<>(
            "tcp request rule",
            TcpRequestRule.class,
            w -> w.startsWith("tcp-request"),
            TcpRequestRule::read,
            TcpRequestRule::write);
    public static final LineKind<ServerTemplate> SERVER_TEMPLATES = new LineKind<>(
            "server template",
            ServerTemplate.class,
            w -> w.startsWith("server-template"),
            (i, w) -> ServerTemplate.read(w),
            ServerTemplate::write);
    public static final LineKind<TcpResponseRule> TCP_RESPONSE_RULES = new LineKind<>(
            "tcp response rule",
            TcpResponseRule.class,
            w -> w.startsWith("tcp-response"),
            TcpResponseRule::read,
            TcpResponseRule::write);
    public static final LineKind<TcpCheck> TCP_CHECKS = new LineKind<>(
            "tcp check", TcpCheck.class, w -> w.startsWith("tcp-check"), TcpCheck::read, TcpCheck::write);
    public static final LineKind<HttpCheckRule> HTTP_CHECKS = new LineKind<>(
            "http check",
            HttpCheckRule.class,
            w -> w.startsWith("http-check"),
            HttpCheckRule::read,
            HttpCheckRule::write);
    public static final LineKind<LogTarget> LOG_TARGETS = new LineKind<>(
            "log target",
            LogTarget.class,
            w -> w.startsWith("log") || w.startsWith("no", "log"),
            LogTarget::read,
            LogTarget::write);

    private Kinds() {}
}
