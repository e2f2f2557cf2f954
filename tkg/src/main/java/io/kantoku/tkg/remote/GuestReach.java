package io.kantoku.tkg.remote;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.client.Clusters;
import io.kantoku.client.Endpoint;
import io.kantoku.client.HttpClusters;
import io.kantoku.client.Kubeconfig;
import io.kantoku.lab.NetworkStack;
import io.kantoku.transport.Dialler;
import io.kantoku.transport.HttpClient;

/** Leads to the APIs of guest clusters. */
@FunctionalInterface
public interface GuestReach {
    /**
     * The cluster behind a kubeconfig, under the id; nothing is sent yet.
     *
     * @throws IllegalArgumentException when the kubeconfig lacks what it takes
     */
    Clusters to(ClusterId guest, String kubeconfig);

    /** Over HTTP, with the connections opened in a network. */
    static GuestReach http(HttpClient http, NetworkStack network) {
        return (guest, kubeconfig) -> {
            Kubeconfig config = Kubeconfig.parse(kubeconfig);
            String context = config.tree().path("current-context").asText();
            return new HttpClusters(guest, http, Endpoint.of(config, context, new Dialler.Tcp(network)));
        };
    }
}
