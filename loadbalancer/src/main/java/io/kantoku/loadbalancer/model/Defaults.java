package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What frontends and backends have that do not say otherwise. Times are milliseconds. */
public record Defaults(
        @Nullable String mode,
        @Nullable Integer maxconn,
        @Nullable Balance balance,
        @JsonProperty("hash_type") @Nullable HashType hashType,
        @JsonProperty("adv_check") @Nullable String advCheck,
        @JsonProperty("check_timeout") @Nullable Integer checkTimeout,
        @JsonProperty("client_timeout") @Nullable Integer clientTimeout,
        @JsonProperty("connect_timeout") @Nullable Integer connectTimeout,
        @JsonProperty("queue_timeout") @Nullable Integer queueTimeout,
        @JsonProperty("server_timeout") @Nullable Integer serverTimeout,
        @JsonProperty("tunnel_timeout") @Nullable Integer tunnelTimeout,
        @Nullable Boolean tcplog,
        @Nullable Boolean httplog,
        @Nullable Flag dontlognull,
        @Nullable Flag logasap,
        @Nullable Flag clitcpka,
        @Nullable Flag contstats,
        @Nullable Integer retries,
        @Nullable Redispatch redispatch,
        @JsonProperty("default_server") @Nullable DefaultServer defaultServer,
        @Nullable HttpCheck httpchk,
        @JsonProperty("default_backend") @Nullable String defaultBackend,
        @JsonProperty("log_tag") @Nullable String logTag,
        @JsonProperty("log_format") @Nullable String logFormat,
        @JsonAnyGetter @JsonAnySetter Map<String, JsonNode> extra)
        implements ApiObject {
    public Defaults {
        extra = SectionMembers.DEFAULTS.known(extra);
    }

    static Defaults read(Section s) {
        Frontend f = Frontend.read(s);
        Backend b = Backend.read(s);
        return new Defaults(
                f.mode(),
                f.maxconn(),
                b.balance(),
                b.hashType(),
                b.advCheck(),
                b.checkTimeout(),
                f.clientTimeout(),
                b.connectTimeout(),
                b.queueTimeout(),
                b.serverTimeout(),
                b.tunnelTimeout(),
                f.tcplog(),
                f.httplog(),
                f.dontlognull(),
                f.logasap(),
                f.clitcpka(),
                f.contstats(),
                b.retries(),
                b.redispatch(),
                b.defaultServer(),
                b.httpchk(),
                f.defaultBackend(),
                f.logTag(),
                f.logFormat(),
                SectionMembers.DEFAULTS.read(s));
    }

    private Frontend frontend() {
        return new Frontend(
                "defaults",
                mode,
                defaultBackend,
                maxconn,
                clientTimeout,
                tcplog,
                httplog,
                dontlognull,
                logasap,
                clitcpka,
                contstats,
                logTag,
                logFormat,
                Map.of());
    }

    private Backend backend() {
        return new Backend(
                "defaults",
                mode,
                balance,
                hashType,
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
                Map.of());
    }

    Section write(Section s) {
        return SectionMembers.DEFAULTS.write(backend().typed(frontend().typed(s)), extra);
    }

    @Override
    public void validate() {
        frontend().validate();
        backend().validate();
        SectionMembers.DEFAULTS.validate(extra);
    }
}
