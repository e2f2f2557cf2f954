package io.kantoku.controllers.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Resources;
import io.kantoku.controllers.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BootstrapTest {
    private static final NamespacedName INFO = new NamespacedName("kube-public", "cluster-info");
    private static final String SIGNATURE = "jws-kubeconfig-abcdef";

    private final World world = new World();

    @AfterEach
    void close() {
        assertThat(world.failing()).isEmpty();
        world.close();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private void token(Duration life) {
        String end = world.simulation
                .instant()
                .plus(life)
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
        world.create(
                Resources.SECRETS,
                "{'apiVersion':'v1','kind':'Secret','type':'bootstrap.kubernetes.io/token','metadata':{'name':"
                        + "'bootstrap-token-abcdef','namespace':'kube-system'},'data':{'token-id':'" + base64("abcdef")
                        + "','token-secret':'" + base64("0123456789abcdef") + "','usage-bootstrap-signing':'"
                        + base64("true") + "','expiration':'" + base64(end) + "'}}");
        world.settle();
    }

    private void info(String kubeconfig) {
        world.create(
                Resources.CONFIG_MAPS,
                "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'cluster-info','namespace':'kube-public'},"
                        + "'data':{'kubeconfig':'" + kubeconfig + "'}}");
        world.settle();
    }

    private String signature() {
        return world.client
                .get(Resources.CONFIG_MAPS, INFO)
                .at("data", SIGNATURE)
                .asText("");
    }

    /** The signature was made with openssl: {@code printf 'header.payload' | openssl dgst -sha256 -hmac secret -binary}. */
    @Test
    void aSignatureIsADetachedJws() {
        BootstrapToken token = new BootstrapToken("abcdef", "0123456789abcdef", Optional.empty(), true);
        assertThat(ClusterInfoSigner.sign("content", token))
                .isEqualTo("eyJhbGciOiJIUzI1NiIsImtpZCI6ImFiY2RlZiJ9..psz1NayrXM3IaFzKZGsb5n_mBl7MjtlsZ1xE8MRmF_4");
    }

    @Test
    void clusterInfoIsSignedWhileThereIsAToken() {
        info("first");
        assertThat(signature()).isEmpty();
        token(Duration.ofHours(1));
        String first = signature();
        assertThat(first).contains("..");
        KubeObject changed = world.client.get(Resources.CONFIG_MAPS, INFO);
        changed.json().withObjectProperty("data").put("kubeconfig", "second");
        world.client.update(Resources.CONFIG_MAPS, changed);
        world.settle();
        assertThat(signature()).contains("..").isNotEqualTo(first);
    }

    @Test
    void aTokenGoesWhenItsTimeIsOverAndItsSignatureWithIt() {
        info("x");
        token(Duration.ofMinutes(10));
        world.advance(Duration.ofMinutes(9));
        assertThat(signature()).isNotEmpty();
        world.advance(Duration.ofMinutes(2));
        assertThat(world.client.find(Resources.SECRETS, new NamespacedName("kube-system", "bootstrap-token-abcdef")))
                .isEmpty();
        assertThat(signature()).isEmpty();
    }
}
