package io.kantoku.supervisor.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.supervisor.sso.Principal;
import io.kantoku.supervisor.sso.Users;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code /api/kantoku/users}: the local users. Not of vCenter's API, which has none for them over REST. */
public final class UserOperations implements Operations {
    private final Users users;

    public UserOperations(Users users) {
        this.users = users;
    }

    @Override
    public void addTo(Routes routes) {
        routes.add("GET", "/api/kantoku/users", this::list);
        routes.add("POST", "/api/kantoku/users", this::create);
    }

    private Optional<JsonNode> list(Call call) {
        ArrayNode array = Json.mapper().createArrayNode();
        for (Principal user : users.list()) {
            ObjectNode json = array.addObject().put("name", user.name()).put("domain", user.domain());
            ArrayNode groups = json.putArray("groups");
            user.groups().forEach(groups::add);
        }
        return Optional.of(array);
    }

    private Optional<JsonNode> create(Call call) throws IOException {
        call.requireAdministrator("VcIdentity.Manage");
        JsonNode body = call.body();
        List<String> groups = new ArrayList<>();
        body.path("groups").forEach(group -> groups.add(group.asText()));
        users.create(body.path("name").asText(), body.path("password").asText(), groups);
        return Optional.empty();
    }
}
