package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where clients come in; its addresses are {@link Bind}s. Times are milliseconds. */
public record Frontend(
        String name,
        @Nullable String mode,
        @JsonProperty("default_backend") @Nullable String defaultBackend,
        @Nullable Integer maxconn,
        @JsonProperty("client_timeout") @Nullable Integer clientTimeout,
        @Nullable Boolean tcplog,
        @Nullable Boolean httplog,
        @Nullable Flag dontlognull,
        @Nullable Flag logasap,
        @Nullable Flag clitcpka,
        @Nullable Flag contstats,
        @JsonProperty("log_tag") @Nullable String logTag,
        @JsonProperty("log_format") @Nullable String logFormat,
        @JsonAnyGetter @JsonAnySetter Map<String, JsonNode> extra)
        implements NamedObject {
    public Frontend {
        extra = SectionMembers.FRONTEND.known(extra);
    }

    static final List<String> MODES = List.of("http", "tcp");

    /** A TCP frontend that logs under a tag, as the Supervisor makes them. */
    public static Frontend tcp(String name, String logTag) {
        return new Frontend(name, "tcp", null, null, null, true, null, null, null, null, null, logTag, null, Map.of());
    }

    static Frontend read(Section s) {
        return new Frontend(
                s.name(),
                s.value("mode"),
                s.value("default_backend"),
                s.integer("maxconn"),
                s.millis("timeout", "client"),
                s.option("tcplog"),
                s.lines("option", "httplog", "clf").isEmpty() ? s.option("httplog") : null,
                Flag.of(s.option("dontlognull")),
                Flag.of(s.option("logasap")),
                Flag.of(s.option("clitcpka")),
                Flag.of(s.option("contstats")),
                s.value("log-tag"),
                s.value("log-format"),
                SectionMembers.FRONTEND.read(s));
    }

    Section write(Section s) {
        return SectionMembers.FRONTEND.write(typed(s), extra);
    }

    /** The members that are not extra. */
    Section typed(Section s) {
        return s.set(mode, "mode")
                .set(maxconn, "maxconn")
                .set(clientTimeout, "timeout", "client")
                .setOption(tcplog, "tcplog")
                .setOption(httplog, "httplog")
                .setOption(Flag.value(dontlognull), "dontlognull")
                .setOption(Flag.value(logasap), "logasap")
                .setOption(Flag.value(clitcpka), "clitcpka")
                .setOption(Flag.value(contstats), "contstats")
                .set(logTag, "log-tag")
                .set(logFormat, "log-format")
                .set(defaultBackend, "default_backend");
    }

    @Override
    public void validate() {
        Names.check("name", name);
        Names.checkOneOf("mode", mode, MODES);
        if (defaultBackend != null) {
            Names.check("default_backend", defaultBackend);
        }
        Names.checkRange("maxconn", maxconn, 0, Integer.MAX_VALUE);
        Names.checkRange("client_timeout", clientTimeout, 0, Integer.MAX_VALUE);
        Names.checkText("log_tag", logTag);
        Names.checkText("log_format", logFormat);
        SectionMembers.FRONTEND.validate(extra);
    }
}
