package io.kantoku.kubelet.node;

import io.kantoku.client.Timer;
import io.kantoku.kubelet.image.ImageStore;
import io.kantoku.lab.Ledger;
import io.kantoku.lab.Processes;
import io.kantoku.transport.HttpClient;

/**
 * What a fleet of real nodes needs of the instance.
 *
 * @param processes starts each node's containerd
 * @param images of the instance, for all nodes
 * @param networks of pods
 * @param clients access to the clusters
 * @param servers of kubelets, for logs and streams
 * @param http for probes
 */
public record FleetParts(
        Processes processes,
        Ledger ledger,
        ImageStore images,
        NodeNetworks networks,
        NodeApi.Source clients,
        NodeServers servers,
        HttpClient http,
        Timer timer) {}
