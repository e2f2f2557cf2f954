package io.kantoku.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.supervisor.sso.IdentitySource;
import io.kantoku.supervisor.sso.LdapSource;
import io.kantoku.supervisor.sso.OidcOptions;
import io.kantoku.supervisor.sso.OidcSource;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.pki.Pem;
import io.kantoku.transport.pki.PkiException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The directories that users come from beside the local ones, as {@code identity-sources.json} in the state directory names them. */
record Directories(List<IdentitySource> sources) implements AutoCloseable {
    Directories {
        sources = List.copyOf(sources);
    }

    /** @throws IOException when the file cannot be understood; the message says where */
    static Directories open(StateDirectory state, InstanceOptions options, HttpClient http, InstantSource clock)
            throws IOException {
        Optional<String> text = StateDirectory.read(state.identitySources());
        List<IdentitySource> sources = new ArrayList<>();
        if (text.isPresent()) {
            try {
                for (JsonNode json : Yaml.parse(text.get())) { // JSON is YAML
                    sources.add(
                            switch (json.path("kind").asText("ldap")) {
                                case "ldap" -> LdapSource.open(ldap(json));
                                case "oidc" ->
                                    new OidcSource(oidc(json, options.consolePort()), http, clock, new SecureRandom());
                                default ->
                                    throw new IllegalArgumentException("kind must be ldap or oidc, found "
                                            + json.path("kind").asText());
                            });
                }
            } catch (ApiException | IllegalArgumentException | PkiException e) {
                sources.forEach(IdentitySource::close);
                throw new IOException(state.identitySources() + ": " + e.getMessage(), e);
            }
        }
        return new Directories(sources);
    }

    private static void require(JsonNode json, String... fields) {
        for (String field : fields) {
            if (json.path(field).asText("").isEmpty()) {
                throw new IllegalArgumentException(field + " is required of every source of that kind");
            }
        }
    }

    private static OidcOptions oidc(JsonNode json, int consolePort) throws IOException {
        require(json, "domain", "issuer", "client_id");
        String authority = json.path("ca_file").asText("");
        return new OidcOptions(
                json.path("domain").asText(),
                URI.create(json.path("issuer").asText()),
                json.path("client_id").asText(),
                json.path("client_secret").asText(""),
                json.path("username_claim").asText("preferred_username"),
                json.path("groups_claim").asText("groups"),
                json.path("administrators").asText(""),
                URI.create(json.path("redirect_uri")
                        .asText("https://localhost:" + consolePort + "/api/kantoku/oidc/callback")),
                authority.isEmpty()
                        ? SystemAuthorities.read()
                        : Pem.certificates(Files.readString(Path.of(authority))));
    }

    private static LdapSource.Options ldap(JsonNode json) {
        require(json, "domain", "url", "user_base", "group_base");
        return new LdapSource.Options(
                json.path("domain").asText(),
                json.path("url").asText(),
                json.path("bind_dn").asText(""),
                json.path("bind_password").asText(""),
                json.path("user_base").asText(),
                json.path("user_attribute").asText("uid"),
                json.path("group_base").asText(),
                json.path("administrators").asText(""),
                json.path("trust_store").asText(""));
    }

    @Override
    public void close() {
        sources.forEach(IdentitySource::close);
    }
}
