package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A set of {@link Server}s and how connections are spread over them. Times are milliseconds. */
public record Backend(
        String name,
        @Nullable String mode,
        @Nullable Balance balance,
        @JsonProperty("hash_type") @Nullable HashType hashType,
        @JsonProperty("adv_check") @Nullable String advCheck,
        @JsonProperty("connect_timeout") @Nullable Integer connectTimeout,
        @JsonProperty("server_timeout") @Nullable Integer serverTimeout,
        @JsonProperty("queue_timeout") @Nullable Integer queueTimeout,
        @JsonProperty("check_timeout") @Nullable Integer checkTimeout,
        @JsonProperty("tunnel_timeout") @Nullable Integer tunnelTimeout,
        @Nullable Integer retries,
        @Nullable Redispatch redispatch,
        @JsonProperty("default_server") @Nullable DefaultServer defaultServer,
        @JsonAlias(CHECK_PARAMETERS) @Nullable HttpCheck httpchk,
        @JsonProperty("log_tag") @Nullable String logTag,
        @JsonAnyGetter @JsonAnySetter Map<String, JsonNode> extra)
        implements NamedObject {
    /** What later versions call the object {@code httpchk}. */
    private static final String CHECK_PARAMETERS = "httpchk_params";

    public Backend {
        extra = SectionMembers.BACKEND.known(extra);
    }

    static final List<String> CHECKS = List.of(
            "ssl-hello-chk",
            "smtpchk",
            "ldap-check",
            "mysql-check",
            "pgsql-check",
            "tcp-check",
            "redis-check",
            "httpchk");

    /**
     * A TCP backend with round robin and connect checks, as the Supervisor makes them; one whose server has died has taken it out
     * within three seconds, and a connection that the server does not take in time is tried on another.
     */
    public static Backend tcp(String name, String logTag) {
        return new Backend(
                name,
                "tcp",
                Balance.ROUND_ROBIN,
                null,
                "tcp-check",
                500,
                null,
                null,
                null,
                null,
                3,
                new Redispatch(Flag.ENABLED, 1),
                new DefaultServer(1500, 200, 1000, 2, 1, null, null),
                null,
                logTag,
                Map.of());
    }

    /** Whether the JSON of a backend is of version 2.3 or later. */
    public static boolean hasCheckParameters(JsonNode backend) {
        return backend.has(CHECK_PARAMETERS);
    }

    /** Turns the JSON of a backend into that of version 2.3 and later, where the check's object has another name and is announced. */
    public static void withCheckParameters(ObjectNode backend) {
        JsonNode check = backend.remove(HttpCheck.OPTION);
        if (check != null) {
            backend.put("adv_check", HttpCheck.OPTION).set(CHECK_PARAMETERS, check);
        }
    }

    /** The same backend, whose servers are asked over HTTP whether they want connections. */
    public Backend checkedOverHttp(String path) {
        return new Backend(
                name,
                mode,
                balance,
                hashType,
                null,
                connectTimeout,
                serverTimeout,
                queueTimeout,
                checkTimeout,
                tunnelTimeout,
                retries,
                redispatch,
                defaultServer,
                new HttpCheck("GET", path, null),
                logTag,
                extra);
    }

    /** The same backend, with all connections of a client going to the same server while the servers stay the same. */
    public Backend bySource() {
        return new Backend(
                name,
                mode,
                Balance.of("source"),
                HashType.CONSISTENT,
                advCheck,
                connectTimeout,
                serverTimeout,
                queueTimeout,
                checkTimeout,
                tunnelTimeout,
                retries,
                redispatch,
                defaultServer,
                httpchk,
                logTag,
                extra);
    }

    static Backend read(Section s) {
        String check = null;
        for (String candidate : CHECKS) {
            if (Boolean.TRUE.equals(s.option(candidate))) {
                check = candidate.equals(HttpCheck.OPTION) ? null : candidate;
            }
        }
        return new Backend(
                s.name(),
                s.value("mode"),
                Balance.read(s),
                HashType.read(s),
                check,
                s.millis("timeout", "connect"),
                s.millis("timeout", "server"),
                s.millis("timeout", "queue"),
                s.millis("timeout", "check"),
                s.millis("timeout", "tunnel"),
                s.integer("retries"),
                Redispatch.read(s),
                DefaultServer.read(s),
                HttpCheck.read(s),
                s.value("log-tag"),
                SectionMembers.BACKEND.read(s));
    }

    Section write(Section s) {
        return SectionMembers.BACKEND.write(typed(s), extra);
    }

    /** The members that are not extra. */
    Section typed(Section s) {
        Section changed = HashType.write(Balance.write(s.set(mode, "mode"), balance), hashType);
        changed = HttpCheck.write(writeCheck(changed, HttpCheck.OPTION.equals(advCheck) ? null : advCheck), check())
                .set(connectTimeout, "timeout", "connect")
                .set(serverTimeout, "timeout", "server")
                .set(queueTimeout, "timeout", "queue")
                .set(checkTimeout, "timeout", "check")
                .set(tunnelTimeout, "timeout", "tunnel")
                .set(retries, "retries")
                .set(logTag, "log-tag");
        return DefaultServer.write(Redispatch.write(changed, redispatch), defaultServer);
    }

    /** Later versions say {@code adv_check: httpchk} where the first had only the object. */
    private @Nullable HttpCheck check() {
        return httpchk == null && HttpCheck.OPTION.equals(advCheck) ? HttpCheck.PLAIN : httpchk;
    }

    /** Keeps the arguments of a check that stays the same: {@code option httpchk GET /}. */
    static Section writeCheck(Section s, @Nullable String check) {
        if (check != null && Boolean.TRUE.equals(s.option(check))) {
            return s;
        }
        return s.replaceAll(
                old -> old.startsWith("option")
                        && CHECKS.contains(old.at(1))
                        && !old.at(1).equals(HttpCheck.OPTION),
                check == null ? List.of() : List.of(Words.of("option", check)));
    }

    @Override
    public void validate() {
        Names.check("name", name);
        Names.checkOneOf("mode", mode, Frontend.MODES);
        Names.checkOneOf("adv_check", advCheck, CHECKS);
        if (balance != null) {
            balance.validate();
        }
        if (hashType != null) {
            hashType.validate();
        }
        if (httpchk != null) {
            httpchk.validate();
        }
        Names.checkRange("retries", retries, 0, Integer.MAX_VALUE);
        Names.checkText("log_tag", logTag);
        SectionMembers.BACKEND.validate(extra);
    }
}
