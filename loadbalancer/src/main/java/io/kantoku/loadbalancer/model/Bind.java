package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One address and port on which a frontend listens. */
public record Bind(
        String name,
        @Nullable String address,
        @Nullable Integer port,
        @JsonProperty("port-range-end") @Nullable Integer portRangeEnd,
        @Nullable Boolean ssl,
        @JsonProperty("ssl_certificate") @Nullable String sslCertificate,
        @JsonProperty("ssl_cafile") @Nullable String sslCafile,
        @Nullable String verify,
        @Nullable String alpn,
        @JsonProperty("accept_proxy") @Nullable Boolean acceptProxy,
        @Nullable Boolean transparent,
        @Nullable Boolean v4v6,
        @JsonAnyGetter @JsonAnySetter Map<String, JsonNode> extra)
        implements NamedObject {
    public Bind {
        extra = LineMembers.BIND.known(extra);
    }

    public static Bind of(String name, String address, int port) {
        return new Bind(name, address, port, null, null, null, null, null, null, null, null, null, Map.of());
    }

    static Bind read(Words words) {
        String where = words.at(1);
        Integer rangeEnd = null;
        int dash = where.lastIndexOf('-');
        if (dash > where.lastIndexOf(':') && where.lastIndexOf(':') >= 0) {
            HostPort end = HostPort.parse(":" + where.substring(dash + 1));
            rangeEnd = end.port();
            where = rangeEnd == null ? where : where.substring(0, dash);
        }
        HostPort hostPort = HostPort.parse(where);
        String name = Parameters.text(words, "name");
        return new Bind(
                name == null ? words.at(1) : name,
                hostPort.address(),
                hostPort.port(),
                rangeEnd,
                Parameters.there(words, "ssl"),
                Parameters.text(words, "crt"),
                Parameters.text(words, "ca-file"),
                Parameters.text(words, "verify"),
                Parameters.text(words, "alpn"),
                Parameters.there(words, "accept-proxy"),
                Parameters.there(words, "transparent"),
                Parameters.there(words, "v4v6"),
                LineMembers.BIND.read(words.from(2)));
    }

    Words write() {
        String where = new HostPort(address == null ? "" : address, port).print();
        Parameters line = new Parameters("bind", portRangeEnd == null ? where : where + "-" + portRangeEnd)
                .add("name", name)
                .flag("ssl", ssl)
                .add("crt", sslCertificate)
                .add("ca-file", sslCafile)
                .add("verify", verify)
                .add("alpn", alpn)
                .flag("accept-proxy", acceptProxy)
                .flag("transparent", transparent)
                .flag("v4v6", v4v6);
        return LineMembers.BIND.write(line, extra).words();
    }

    @Override
    public void validate() {
        Names.checkWord("name", name);
        Names.checkText("address", address);
        Names.checkRange("port", port, 1, 65535);
        Names.checkRange("port-range-end", portRangeEnd, 1, 65535);
        Names.checkOneOf("verify", verify, List.of("none", "optional", "required"));
        Names.checkText("ssl_certificate", sslCertificate);
        Names.checkText("ssl_cafile", sslCafile);
        Names.checkText("alpn", alpn);
        LineMembers.BIND.validate(extra);
    }
}
