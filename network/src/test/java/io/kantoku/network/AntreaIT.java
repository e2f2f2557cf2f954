package io.kantoku.network;

class AntreaIT extends PodNetworkContract {
    AntreaIT() {
        super(Cni.ANTREA);
    }
}
