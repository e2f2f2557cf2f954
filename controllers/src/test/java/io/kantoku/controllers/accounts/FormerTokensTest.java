package io.kantoku.controllers.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.controllers.Kinds;
import io.kantoku.controllers.World;
import java.util.List;
import org.junit.jupiter.api.Test;

class FormerTokensTest {
    private static final NamespacedName BUILDER = new NamespacedName("default", "builder");

    @Test
    void anAccountNamesTheOneTokenThatItHas() {
        try (World world = new World(20, "serviceaccount-token")) {
            create(world);
            String first = named(world).getFirst();
            world.client.delete(Resources.SECRETS, new NamespacedName("default", first), DeleteOptions.background());
            world.settle();

            List<KubeObject> secrets = secrets(world);
            assertThat(secrets).hasSize(1);
            assertThat(secrets.getFirst().name()).startsWith("builder-token-").isNotEqualTo(first);
            assertThat(named(world)).containsExactly(secrets.getFirst().name());
        }
    }

    @Test
    void from124OnTokensAreAskedFor() {
        try (World world = new World(24, "serviceaccount-token")) {
            create(world);
            assertThat(secrets(world)).isEmpty();
        }
    }

    private static void create(World world) {
        world.client.create(
                Resources.SERVICE_ACCOUNTS,
                KubeObject.create(Kinds.SERVICE_ACCOUNT, BUILDER.namespace(), BUILDER.name()));
        world.settle();
    }

    private static List<KubeObject> secrets(World world) {
        return world.client.list(Resources.SECRETS, Query.in("default")).items();
    }

    private static List<String> named(World world) {
        return world.client
                .get(Resources.SERVICE_ACCOUNTS, BUILDER)
                .at("secrets")
                .valueStream()
                .map(reference -> reference.path("name").asText())
                .toList();
    }
}
