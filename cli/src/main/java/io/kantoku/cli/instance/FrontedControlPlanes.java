package io.kantoku.cli.instance;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.kubelet.NodeException;
import io.kantoku.kubelet.boot.ControlPlaneHost;
import io.kantoku.kubelet.boot.ControlPlaneSpec;
import io.kantoku.transport.Exchange;
import io.kantoku.transport.HttpHandler;
import io.kantoku.transport.Listener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Control planes that, on the Supervisor's machines, also serve the front with the plugin and the login. */
final class FrontedControlPlanes implements ControlPlaneHost {
    private static final HttpHandler NOT_YET = exchange -> exchange.respond(503, "", new byte[0]);

    private final JvmControlPlanes planes;
    private final int port;
    private final SupervisorAccess access;
    private volatile HttpHandler front = NOT_YET;

    FrontedControlPlanes(JvmControlPlanes planes, int port, SupervisorAccess access) {
        this.planes = planes;
        this.access = access;
        this.port = port;
    }

    /** What the front serves from now on. */
    void serve(HttpHandler handler) {
        front = handler;
    }

    @Override
    public ControlPlane start(ControlPlaneSpec spec) {
        ControlPlane plane = planes.start(spec);
        if (!spec.id().equals(ClusterId.SUPERVISOR)) {
            return plane;
        }
        access.write(spec);
        List<Listener> listeners = new ArrayList<>();
        try {
            for (String address : spec.addresses()) {
                listeners.add(planes.front(spec, address, port, this::handle));
            }
        } catch (NodeException e) {
            listeners.forEach(Listener::close);
            plane.close();
            throw e;
        }
        return new ControlPlane() {
            @Override
            public ClusterId cluster() {
                return plane.cluster();
            }

            @Override
            public void close() {
                listeners.forEach(Listener::close);
                plane.close();
            }
        };
    }

    private void handle(Exchange exchange) throws IOException {
        front.handle(exchange);
    }
}
