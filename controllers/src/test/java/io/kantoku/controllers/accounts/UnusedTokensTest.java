package io.kantoku.controllers.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Resources;
import io.kantoku.controllers.World;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tokens that were made for accounts by themselves, and that nobody uses. */
class UnusedTokensTest {
    private static final NamespacedName TOKEN = new NamespacedName("default", "builder-token-abcde");

    private final World world = new World("serviceaccount-token");

    @AfterEach
    void close() {
        assertThat(world.failing()).isEmpty();
        world.close();
    }

    private LocalDate today() {
        return LocalDate.ofInstant(world.simulation.instant(), ZoneOffset.UTC);
    }

    private void token(String labels, String secrets) {
        world.create(
                Resources.SERVICE_ACCOUNTS,
                "{'apiVersion':'v1','kind':'ServiceAccount','metadata':{'name':'builder','namespace':'default'},'secrets':["
                        + secrets + "]}");
        world.create(
                Resources.CONFIG_MAPS,
                "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'kube-apiserver-legacy-service-account-token-tracking',"
                        + "'namespace':'kube-system'},'data':{'since':'" + today() + "'}}");
        world.create(
                Resources.SECRETS,
                "{'apiVersion':'v1','kind':'Secret','type':'kubernetes.io/service-account-token','metadata':{'name':'"
                        + TOKEN.name() + "','namespace':'default','labels':{" + labels
                        + "},'annotations':{'kubernetes.io/service-account.name':'builder'}}}");
        world.settle();
    }

    private Optional<KubeObject> secret() {
        return world.client.find(Resources.SECRETS, TOKEN);
    }

    private String invalidSince() {
        return secret().orElseThrow().labels().getOrDefault(UnusedTokens.INVALID_SINCE, "");
    }

    @Test
    void areInvalidAfterAYearAndGoneAfterTwo() {
        token("", "{'name':'" + TOKEN.name() + "'}");
        world.simulation.advance(Duration.ofDays(365));
        assertThat(invalidSince()).isEmpty();
        world.simulation.advance(Duration.ofDays(2));
        assertThat(invalidSince()).isNotEmpty();
        world.simulation.advance(Duration.ofDays(360));
        assertThat(secret()).isPresent();
        world.simulation.advance(Duration.ofDays(10));
        assertThat(secret()).isEmpty();
    }

    @Test
    void useKeepsThem() {
        token("'" + UnusedTokens.LAST_USED + "':'" + today().plusDays(100) + "'", "{'name':'" + TOKEN.name() + "'}");
        world.simulation.advance(Duration.ofDays(400));
        assertThat(invalidSince()).isEmpty();
        world.simulation.advance(Duration.ofDays(70));
        assertThat(invalidSince()).isNotEmpty();
    }

    @Test
    void thoseThatPeopleMadeStay() {
        token("", "");
        world.simulation.advance(Duration.ofDays(2000));
        assertThat(invalidSince()).isEmpty();
    }
}
