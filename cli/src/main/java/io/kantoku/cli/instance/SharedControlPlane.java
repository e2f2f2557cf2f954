package io.kantoku.cli.instance;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.kubelet.boot.ControlPlaneHost;
import io.kantoku.kubelet.boot.ControlPlaneSpec;
import org.jspecify.annotations.Nullable;

/** One control plane for several machines that all lead to it; it serves while at least one of them is there. Thread-safe. */
final class SharedControlPlane implements ControlPlaneHost {
    private final ControlPlaneHost host;
    private @Nullable ControlPlane serving;
    private int users;

    SharedControlPlane(ControlPlaneHost host) {
        this.host = host;
    }

    @Override
    public synchronized ControlPlane start(ControlPlaneSpec spec) {
        ControlPlane shared = serving == null ? host.start(spec) : serving;
        serving = shared;
        users++;
        return new ControlPlane() {
            private boolean left;

            @Override
            public ClusterId cluster() {
                return shared.cluster();
            }

            @Override
            public void close() {
                synchronized (SharedControlPlane.this) {
                    if (!left) {
                        left = true;
                        leave();
                    }
                }
            }
        };
    }

    private void leave() {
        users--;
        if (users == 0 && serving != null) {
            serving.close();
            serving = null;
        }
    }
}
