package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Several servers whose addresses a name resolves to: {@code server-template srv 1-3 example.com:80 check}. */
public record ServerTemplate(
        String prefix,
        @JsonProperty("num_or_range") @Nullable String numOrRange,
        @Nullable String fqdn,
        @Nullable Integer port,
        @Nullable Flag check,
        @Nullable Integer weight,
        @Nullable Integer maxconn,
        @Nullable Flag backup,
        @Nullable String resolvers,
        @JsonProperty("init-addr") @Nullable String initAddr,
        @JsonAnyGetter @JsonAnySetter Map<String, JsonNode> extra)
        implements NamedObject {
    public ServerTemplate {
        extra = LineMembers.SERVER_TEMPLATE.known(extra);
    }

    @Override
    @JsonIgnore
    public String name() {
        return prefix;
    }

    static ServerTemplate read(Words words) {
        HostPort hostPort = HostPort.parse(words.at(3));
        Words p = words.from(4);
        return new ServerTemplate(
                words.at(1),
                words.at(2),
                hostPort.address(),
                hostPort.port(),
                Flag.of(Parameters.there(p, "check")),
                Parameters.integer(p, "weight"),
                Parameters.integer(p, "maxconn"),
                Flag.of(Parameters.there(p, "backup")),
                Parameters.text(p, "resolvers"),
                Parameters.text(p, "init-addr"),
                LineMembers.SERVER_TEMPLATE.read(p));
    }

    Words write() {
        String where = new HostPort(fqdn == null ? "" : fqdn, port).print();
        Parameters line = new Parameters("server-template", prefix, numOrRange == null ? "" : numOrRange, where)
                .flag("check", check)
                .add("weight", weight)
                .add("maxconn", maxconn)
                .flag("backup", backup)
                .add("resolvers", resolvers)
                .add("init-addr", initAddr);
        return LineMembers.SERVER_TEMPLATE.write(line, extra).words();
    }

    @Override
    public void validate() {
        Names.check("prefix", prefix);
        Names.checkPresent("num_or_range", numOrRange);
        Names.checkPresent("fqdn", fqdn);
        Names.checkRange("port", port, 1, 65535);
        Names.checkRange("weight", weight, 0, 256);
        Names.checkText("resolvers", resolvers);
        Names.checkText("init-addr", initAddr);
        LineMembers.SERVER_TEMPLATE.validate(extra);
    }
}
