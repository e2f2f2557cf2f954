package io.kantoku.tkg.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import org.junit.jupiter.api.Test;

class GuestClusterIdTest {
    private static final String UID = "79722811-1189-44bf-aaa9-f150a3886063";

    @Test
    void aClusterCarriesItsOwnId() {
        ClusterId own = GuestClusterId.create("ns1", "tkc01", UID);
        assertThat(GuestClusterId.of(tkc().annotate(Labels.CLUSTER_ID, own.value())))
                .contains(own);
        assertThat(GuestClusterId.of(tkc())).isEmpty();
    }

    /** Tenants may write annotations of their clusters: none becomes another's, or the Supervisor, by that. */
    @Test
    void theIdOfAnotherClusterIsNone() {
        ClusterId other = GuestClusterId.create("ns2", "tkc01", "11111111-1189-44bf-aaa9-f150a3886063");
        assertThat(GuestClusterId.of(tkc().annotate(Labels.CLUSTER_ID, other.value())))
                .isEmpty();
        assertThat(GuestClusterId.of(tkc().annotate(Labels.CLUSTER_ID, ClusterId.SUPERVISOR.value())))
                .isEmpty();
    }

    private static KubeObject tkc() {
        KubeObject tkc = Kinds.TANZU_CLUSTER.create("ns1", "tkc01");
        tkc.metadata().put("uid", UID);
        return tkc;
    }
}
