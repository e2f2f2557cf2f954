package io.kantoku.tkg;

import io.kantoku.client.Clusters;
import io.kantoku.client.ControllerSettings;
import io.kantoku.lab.NetworkStack;
import io.kantoku.tkg.guest.NodePorts;
import io.kantoku.tkg.lb.LoadBalancers;
import io.kantoku.vsphere.Inventory;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * What the operators are built with.
 *
 * @param clusters the Supervisor's API and those of its guests, with the rights of an administrator
 * @param loadBalancers leads to the appliances that the Supervisor's objects name
 * @param network from where appliances are called
 * @param nodePorts whether nodes of guests answer for a Service
 * @param random names of objects, tokens; used by many threads, and not to be guessed
 */
public record TkgEnvironment(
        Clusters clusters,
        Inventory inventory,
        GuestClusters guests,
        ControllerSettings settings,
        LoadBalancers loadBalancers,
        NetworkStack network,
        NodePorts nodePorts,
        RandomGenerator random,
        InstantSource clock) {}
