package io.kantoku.network;

import io.kantoku.network.NetworkException.Code;

/** The pod networks that a cluster can ask for. */
public enum Cni {
    /** Open vSwitch: pods hang on a bridge of their node, flows forward and balance. */
    ANTREA("antrea"),
    /** The kernel: a route per pod, nftables balance. */
    CALICO("calico");

    private final String name;

    Cni(String name) {
        this.name = name;
    }

    /**
     * By the name in a TanzuKubernetesCluster.
     *
     * @throws NetworkException when there is none of that name
     */
    public static Cni named(String name) {
        for (Cni cni : values()) {
            if (cni.name.equals(name)) {
                return cni;
            }
        }
        throw new NetworkException(
                Code.BAD_CONFIGURATION, "no pod network is named \"" + name + "\": antrea or calico");
    }

    @Override
    public String toString() {
        return name;
    }
}
