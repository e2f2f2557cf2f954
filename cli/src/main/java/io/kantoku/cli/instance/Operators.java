package io.kantoku.cli.instance;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Clusters;
import io.kantoku.client.ControllerSettings;
import io.kantoku.client.ObjectAdmission;
import io.kantoku.supervisor.workload.SupervisorOperators;
import io.kantoku.tkg.GuestClusters;
import io.kantoku.tkg.TkgEnvironment;
import io.kantoku.tkg.TkgOperators;
import io.kantoku.tkg.lb.LoadBalancers;
import io.kantoku.tkg.remote.EtcdMembers;
import io.kantoku.tkg.remote.GuestReach;
import io.kantoku.tkg.remote.RemoteGuests;
import io.kantoku.transport.HttpClient;
import io.kantoku.vsphere.Inventory;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/** The operators of a Supervisor, on this process's clusters and inventory. */
final class Operators implements SupervisorOperators {
    private final Clusters clusters;
    private final Platform platform;
    private final Inventory inventory;
    private final HttpClient http;
    private final Site site;
    private final InstantSource clock;

    Operators(Platform platform, Inventory inventory, HttpClient http, Site site, InstantSource clock) {
        this.clusters = platform.clusters("operators");
        this.platform = platform;
        this.inventory = inventory;
        this.http = http;
        this.site = site;
        this.clock = clock;
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
        if (site.servesGuests()) {
            return TkgOperators.start(environment(clusters, platform), cluster, supervisor)::close;
        }
        RemoteGuests guests = RemoteGuests.start(
                clusters,
                GuestReach.http(http, site.supervisor()),
                new EtcdMembers(http, site.supervisor(), clock)::remove);
        TkgOperators running = TkgOperators.start(environment(guests, guests), cluster, supervisor);
        return () -> {
            running.close();
            guests.close();
        };
    }

    private TkgEnvironment environment(Clusters all, GuestClusters guests) {
        return new TkgEnvironment(
                all,
                inventory,
                guests,
                ControllerSettings.standard(),
                LoadBalancers.dataPlane(http),
                site.supervisor(),
                site.nodePorts(),
                new SecureRandom(),
                clock);
    }
}
