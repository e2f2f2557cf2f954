package io.kantoku.supervisor.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.supervisor.sso.Principal;
import io.kantoku.supervisor.sso.Sessions;
import io.kantoku.supervisor.sso.Users;
import io.kantoku.supervisor.vapi.VapiError;
import io.kantoku.supervisor.vapi.VapiException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** {@code /api/kantoku/users}: the local users. Not of vCenter's API, which has none for them over REST. */
public final class UserOperations implements Operations {
    private static final String USERS = "/api/kantoku/users";
    private static final String USER = USERS + "/{name}";
    private static final String MANAGE = "VcIdentity.Manage";

    private final Users users;
    private final Sessions sessions;

    public UserOperations(Users users, Sessions sessions) {
        this.users = users;
        this.sessions = sessions;
    }

    @Override
    public void addTo(Routes routes) {
        routes.add("GET", USERS, this::list);
        routes.add("POST", USERS, this::create);
        routes.add("PATCH", USER, this::groups);
        routes.add("DELETE", USER, this::delete);
        routes.add("PUT", USER + "/password", this::setPassword);
        routes.add("POST", USER, "unlock", this::unlock);
        routes.add("GET", "/api/kantoku/groups", this::listGroups);
        routes.add("PUT", "/api/kantoku/session/password", this::changeOwnPassword);
    }

    private Optional<JsonNode> list(Call call) {
        call.require(MANAGE);
        ArrayNode array = Json.mapper().createArrayNode();
        for (Principal user : users.list()) {
            ObjectNode json = array.addObject()
                    .put("name", user.name())
                    .put("domain", user.domain())
                    .put("locked", users.locked(user.name()))
                    .put("source", "LOCAL");
            texts(json.putArray("groups"), user.groups());
        }
        return Optional.of(array);
    }

    private Optional<JsonNode> create(Call call) throws IOException {
        call.require(MANAGE);
        JsonNode body = call.body();
        users.create(body.path("name").asText(), body.path("password").asText(), groups(body));
        return Optional.empty();
    }

    /** Rights go with the groups, so open sessions with the old ones end. */
    private Optional<JsonNode> groups(Call call) throws IOException {
        call.require(MANAGE);
        Principal user = users.setGroups(call.path("name"), groups(call.body()));
        sessions.closeOthers(user, call.session().token());
        return Optional.empty();
    }

    private Optional<JsonNode> delete(Call call) {
        call.require(MANAGE);
        sessions.closeOthers(users.delete(call.path("name")), "");
        return Optional.empty();
    }

    private Optional<JsonNode> setPassword(Call call) throws IOException {
        call.require(MANAGE);
        Principal user =
                users.setPassword(call.path("name"), call.body().path("new").asText());
        sessions.closeOthers(user, call.session().token());
        return Optional.empty();
    }

    private Optional<JsonNode> changeOwnPassword(Call call) throws IOException {
        JsonNode body = call.body();
        Principal user = call.session().user();
        if (!user.domain().equals(Users.DOMAIN)) {
            throw VapiException.of(
                    VapiError.UNSUPPORTED,
                    "com.vmware.vapi.std.errors.unsupported",
                    "passwords of " + user.domain() + " are changed in its own directory");
        }
        if (users.authenticate(user.fullName(), body.path("old").asText()).isEmpty()) {
            throw VapiException.of(
                    VapiError.UNAUTHORIZED,
                    "com.vmware.vapi.std.errors.unauthorized",
                    "the old password is wrong, or the user is locked after failed logins");
        }
        users.setPassword(user.name(), body.path("new").asText());
        sessions.closeOthers(user, call.session().token());
        return Optional.empty();
    }

    private Optional<JsonNode> unlock(Call call) {
        call.require(MANAGE);
        users.unlock(call.path("name"));
        return Optional.empty();
    }

    private Optional<JsonNode> listGroups(Call call) {
        call.require(MANAGE);
        Map<String, List<String>> members = new TreeMap<>();
        members.put(Principal.ADMINISTRATORS, new ArrayList<>());
        for (Principal user : users.list()) {
            user.groups()
                    .forEach(group -> members.computeIfAbsent(group, _ -> new ArrayList<>())
                            .add(user.name()));
        }
        ArrayNode array = Json.mapper().createArrayNode();
        members.forEach((name, names) -> texts(
                array.addObject().put("name", name).put("domain", Users.DOMAIN).putArray("members"), names));
        return Optional.of(array);
    }

    private static List<String> groups(JsonNode body) {
        List<String> groups = new ArrayList<>();
        body.path("groups").forEach(group -> groups.add(group.asText()));
        return groups;
    }

    private static void texts(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }
}
