package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One address behind a backend. Times are milliseconds. */
public record Server(
        String name,
        @Nullable String address,
        @Nullable Integer port,
        @Nullable Flag check,
        @Nullable Integer weight,
        @Nullable String verify,
        @Nullable Flag maintenance,
        @Nullable Flag backup,
        @Nullable Integer maxconn,
        @Nullable Integer inter,
        @Nullable Integer fastinter,
        @Nullable Integer downinter,
        @Nullable Integer rise,
        @Nullable Integer fall,
        @JsonProperty("health_check_port") @Nullable Integer healthCheckPort,
        @JsonProperty("on-marked-down") @Nullable String onMarkedDown,
        @JsonProperty("send-proxy") @Nullable Flag sendProxy,
        @JsonProperty("send-proxy-v2") @Nullable Flag sendProxyV2,
        @Nullable Flag ssl,
        @JsonProperty("ssl_cafile") @Nullable String sslCafile,
        @JsonProperty("ssl_certificate") @Nullable String sslCertificate,
        @Nullable String sni,
        @Nullable String cookie,
        @JsonAnyGetter @JsonAnySetter Map<String, JsonNode> extra)
        implements NamedObject {
    public Server {
        extra = LineMembers.SERVER.known(extra);
    }

    /** A checked server of weight 100 that is not verified, as the Supervisor makes them. */
    public static Server checked(String name, String address, int port) {
        return new Server(
                name,
                address,
                port,
                Flag.ENABLED,
                100,
                "none",
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                Map.of());
    }

    /**
     * The same server with another port for checks, and told who the client is.
     *
     * @param checkPort 0 for the port itself
     * @param proxy whether the PROXY protocol's header comes before the stream
     */
    public Server with(int checkPort, boolean proxy) {
        return new Server(
                name,
                address,
                port,
                check,
                weight,
                verify,
                maintenance,
                backup,
                maxconn,
                inter,
                fastinter,
                downinter,
                rise,
                fall,
                checkPort == 0 ? null : (Integer) checkPort,
                onMarkedDown,
                sendProxy,
                proxy ? Flag.ENABLED : null,
                ssl,
                sslCafile,
                sslCertificate,
                sni,
                cookie,
                extra);
    }

    static Server read(Words words) {
        HostPort hostPort = HostPort.parse(words.at(2));
        Words p = words.from(3);
        return new Server(
                words.at(1),
                hostPort.address(),
                hostPort.port(),
                Flag.of(Parameters.there(p, "check")),
                Parameters.integer(p, "weight"),
                Parameters.text(p, "verify"),
                Flag.of(Parameters.there(p, "disabled")),
                Flag.of(Parameters.there(p, "backup")),
                Parameters.integer(p, "maxconn"),
                Parameters.millis(p, "inter"),
                Parameters.millis(p, "fastinter"),
                Parameters.millis(p, "downinter"),
                Parameters.integer(p, "rise"),
                Parameters.integer(p, "fall"),
                Parameters.integer(p, "port"),
                Parameters.text(p, "on-marked-down"),
                Flag.of(Parameters.there(p, "send-proxy")),
                Flag.of(Parameters.there(p, "send-proxy-v2")),
                Flag.of(Parameters.there(p, "ssl")),
                Parameters.text(p, "ca-file"),
                Parameters.text(p, "crt"),
                Parameters.text(p, "sni"),
                Parameters.text(p, "cookie"),
                LineMembers.SERVER.read(p));
    }

    Words write() {
        String where = new HostPort(address == null ? "" : address, port).print();
        Parameters line = new Parameters("server", name, where)
                .flag("check", check)
                .add("weight", weight)
                .add("verify", verify)
                .flag("disabled", maintenance)
                .flag("backup", backup)
                .add("maxconn", maxconn)
                .add("inter", inter)
                .add("fastinter", fastinter)
                .add("downinter", downinter)
                .add("rise", rise)
                .add("fall", fall)
                .add("port", healthCheckPort)
                .add("on-marked-down", onMarkedDown)
                .flag("send-proxy", sendProxy)
                .flag("send-proxy-v2", sendProxyV2)
                .flag("ssl", ssl)
                .add("ca-file", sslCafile)
                .add("crt", sslCertificate)
                .add("sni", sni)
                .add("cookie", cookie);
        return LineMembers.SERVER.write(line, extra).words();
    }

    /** The address and parameters that {@code add server} of the runtime API takes. */
    public Words atRuntime() {
        List<String> words = new ArrayList<>(write().from(2).list());
        words.removeIf("disabled"::equals);
        return new Words(words);
    }

    @Override
    public void validate() {
        Names.check("name", name);
        Names.checkPresent("address", address);
        Names.checkRange("port", port, 1, 65535);
        Names.checkRange("weight", weight, 0, 256);
        Names.checkRange("health_check_port", healthCheckPort, 1, 65535);
        Names.checkOneOf("verify", verify, List.of("none", "required"));
        Names.checkOneOf("on-marked-down", onMarkedDown, List.of("shutdown-sessions"));
        Names.checkText("ssl_cafile", sslCafile);
        Names.checkText("ssl_certificate", sslCertificate);
        Names.checkText("sni", sni);
        Names.checkText("cookie", cookie);
        LineMembers.SERVER.validate(extra);
    }
}
