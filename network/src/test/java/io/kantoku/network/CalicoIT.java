package io.kantoku.network;

class CalicoIT extends PodNetworkContract {
    CalicoIT() {
        super(Cni.CALICO);
    }
}
