package io.kantoku.supervisor.console;

import io.kantoku.supervisor.namespaces.NamespaceSpec;
import io.kantoku.supervisor.namespaces.Namespaces;
import io.kantoku.supervisor.sso.Principal;
import io.kantoku.supervisor.sso.Privileges;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a user may see: administrators everything, others what is in their namespaces.
 *
 * @param namespaces of those who are not administrators
 */
record Sight(boolean everything, Set<String> namespaces) {
    Sight {
        namespaces = Set.copyOf(namespaces);
    }

    static Sight of(Principal user, Namespaces namespaces) {
        if (Privileges.readsEverything(user)) {
            return new Sight(true, Set.of());
        }
        return new Sight(
                false,
                namespaces.visibleTo(user).stream().map(NamespaceSpec::name).collect(Collectors.toSet()));
    }

    boolean into(String namespace) {
        return everything || namespaces.contains(namespace);
    }
}
