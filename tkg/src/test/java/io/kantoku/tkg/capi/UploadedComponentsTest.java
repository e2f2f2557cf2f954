package io.kantoku.tkg.capi;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.client.fake.FakeClusters;
import io.kantoku.client.fake.FakeKubeClient;
import io.kantoku.tkg.objects.Kinds;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class UploadedComponentsTest {
    private final FakeKubeClient guest =
            new FakeClusters(Runnable::run, InstantSource.system()).add(new ClusterId("guest"));

    @Test
    void kubeletsOf124AndLaterReadOneConfigMapWithoutAMinor() {
        config("kubelet-config-1.23");
        UploadedComponents.kubelet(guest, "v1.24.3");
        assertThat(guest.find(Resources.CONFIG_MAPS, named("kubelet-config"))).isPresent();
        assertThat(guest.find(Resources.ROLES, named("kubeadm:kubelet-config"))).isPresent();
        UploadedComponents.kubelet(guest, "v1.25.1");
        assertThat(guest.list(Resources.CONFIG_MAPS, Query.all()).items()).hasSize(2);
    }

    @Test
    void whatIsNotThereIsNotMade() {
        UploadedComponents.kubelet(guest, "v1.19.1");
        UploadedComponents.proxy(guest, "v1.19.1");
        assertThat(guest.list(Resources.CONFIG_MAPS, Query.all()).items()).isEmpty();
        assertThat(guest.list(Resources.DAEMON_SETS, Query.all()).items()).isEmpty();
    }

    private void config(String name) {
        var config = Kinds.CONFIG_MAP.create("kube-system", name);
        config.json().putObject("data").put("kubelet", "cgroupDriver: systemd");
        guest.create(Resources.CONFIG_MAPS, config);
    }

    private static NamespacedName named(String name) {
        return new NamespacedName("kube-system", name);
    }
}
