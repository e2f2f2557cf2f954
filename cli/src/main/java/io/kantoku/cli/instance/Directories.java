package io.kantoku.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.supervisor.sso.IdentitySource;
import io.kantoku.supervisor.sso.LdapSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The directories that users come from beside the local ones, as {@code identity-sources.json} in the state directory names them. */
record Directories(List<IdentitySource> sources) implements AutoCloseable {
    Directories {
        sources = List.copyOf(sources);
    }

    /** @throws IOException when the file cannot be understood; the message says where */
    static Directories open(StateDirectory state) throws IOException {
        Optional<String> text = StateDirectory.read(state.identitySources());
        List<IdentitySource> sources = new ArrayList<>();
        if (text.isPresent()) {
            try {
                for (JsonNode json : Yaml.parse(text.get())) { // JSON is YAML
                    sources.add(LdapSource.open(options(json)));
                }
            } catch (ApiException | IllegalArgumentException e) {
                sources.forEach(IdentitySource::close);
                throw new IOException(state.identitySources() + ": " + e.getMessage(), e);
            }
        }
        return new Directories(sources);
    }

    private static LdapSource.Options options(JsonNode json) {
        for (String field : List.of("domain", "url", "user_base", "group_base")) {
            if (json.path(field).asText("").isEmpty()) {
                throw new IllegalArgumentException(field + " is required of every source");
            }
        }
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
