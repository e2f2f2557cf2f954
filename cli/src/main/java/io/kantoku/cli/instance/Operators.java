package io.kantoku.cli.instance;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Clusters;
import io.kantoku.client.ControllerSettings;
import io.kantoku.client.ObjectAdmission;
import io.kantoku.supervisor.workload.SupervisorOperators;
import io.kantoku.tkg.TkgEnvironment;
import io.kantoku.tkg.TkgOperators;
import io.kantoku.tkg.lb.LoadBalancers;
import io.kantoku.transport.HttpClient;
import io.kantoku.vsphere.Inventory;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/** The operators of a Supervisor, on this process's clusters and inventory. */
final class Operators implements SupervisorOperators {
    private final Clusters clusters;
    private final TkgEnvironment environment;

    Operators(Platform platform, Inventory inventory, HttpClient http, Site site, InstantSource clock) {
        clusters = platform.clusters("operators");
        environment = new TkgEnvironment(
                clusters,
                inventory,
                platform,
                ControllerSettings.standard(),
                LoadBalancers.dataPlane(http),
                site.supervisor(),
                site.nodePorts(),
                new SecureRandom(),
                clock);
    }

    /** What they have to say in writes of their resources. */
    List<ObjectAdmission> admission() {
        return TkgOperators.admission(clusters);
    }

    @Override
    public List<KubeObject> definitions() {
        return TkgOperators.definitions();
    }

    @Override
    public Running start(String cluster, UUID supervisor) {
        TkgOperators running = TkgOperators.start(environment, cluster, supervisor);
        return running::close;
    }
}
