package io.kantoku.loadbalancer.model;

/** The kinds of object that the API serves. */
public final class Kinds {
    public static final SectionKind<Frontend> FRONTENDS =
            new SectionKind<>("frontend", Frontend.class, Frontend::read, Frontend::write);
    public static final SectionKind<Backend> BACKENDS =
            new SectionKind<>("backend", Backend.class, Backend::read, Backend::write);

    public static final LineKind<Bind> BINDS =
            LineKind.named("bind", Bind.class, words -> words.startsWith("bind"), Bind::read, Bind::write);
    public static final LineKind<Server> SERVERS =
            LineKind.named("server", Server.class, words -> words.startsWith("server"), Server::read, Server::write);
    public static final LineKind<ServerTemplate> SERVER_TEMPLATES = LineKind.named(
            "server template",
            ServerTemplate.class,
            words -> words.startsWith("server-template"),
            ServerTemplate::read,
            ServerTemplate::write);

    public static final LineKind<Rule> ACLS = LineKind.rules("acl", Grammars.ACL);
    public static final LineKind<Rule> BACKEND_SWITCHING_RULES =
            LineKind.rules("backend switching rule", Grammars.BACKEND_SWITCHING);
    public static final LineKind<Rule> SERVER_SWITCHING_RULES =
            LineKind.rules("server switching rule", Grammars.SERVER_SWITCHING);
    public static final LineKind<Rule> STICK_RULES = LineKind.rules("stick rule", Grammars.STICK);
    public static final LineKind<Rule> FILTERS = LineKind.rules("filter", Grammars.FILTER);
    public static final LineKind<Rule> CAPTURES = LineKind.rules("capture", Grammars.CAPTURE);
    public static final LineKind<Rule> TCP_REQUEST_RULES = LineKind.rules("tcp request rule", Grammars.TCP_REQUEST);
    public static final LineKind<Rule> TCP_RESPONSE_RULES = LineKind.rules("tcp response rule", Grammars.TCP_RESPONSE);
    public static final LineKind<Rule> HTTP_REQUEST_RULES = LineKind.rules("http request rule", Grammars.HTTP_REQUEST);
    public static final LineKind<Rule> HTTP_RESPONSE_RULES =
            LineKind.rules("http response rule", Grammars.HTTP_RESPONSE);
    public static final LineKind<Rule> HTTP_AFTER_RESPONSE_RULES =
            LineKind.rules("http after response rule", Grammars.HTTP_AFTER_RESPONSE);
    public static final LineKind<Rule> HTTP_ERROR_RULES = LineKind.rules("http error rule", Grammars.HTTP_ERROR);
    public static final LineKind<Rule> TCP_CHECKS = LineKind.rules("tcp check", Grammars.TCP_CHECK);
    public static final LineKind<Rule> HTTP_CHECKS = LineKind.rules("http check", Grammars.HTTP_CHECK);
    public static final LineKind<Rule> LOG_TARGETS = LineKind.rules("log target", Grammars.LOG_TARGET);

    /** What version 3 says otherwise: the number of a counter is a member of its own. */
    public static final LineKind<Rule> TCP_REQUEST_RULES_3 = LineKind.rules("tcp request rule", Grammars.TCP_REQUEST_3);

    public static final LineKind<Rule> HTTP_REQUEST_RULES_3 =
            LineKind.rules("http request rule", Grammars.HTTP_REQUEST_3);
    public static final LineKind<Rule> HTTP_RESPONSE_RULES_3 =
            LineKind.rules("http response rule", Grammars.HTTP_RESPONSE_3);

    private Kinds() {}
}
