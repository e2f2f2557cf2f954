package io.kantoku.cli.instance;

import io.kantoku.client.Kubeconfig;
import io.kantoku.kubelet.boot.ControlPlaneSpec;
import io.kantoku.transport.TlsIdentity;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.LeafSpec;
import io.kantoku.transport.pki.Pem;
import java.time.InstantSource;
import java.util.List;

/** Writes the kubeconfig with which whoever owns the state directory administers the Supervisor. */
final class SupervisorAccess {
    private static final String NAME = "supervisor";

    private final StateDirectory state;
    private final InstantSource clock;

    SupervisorAccess(StateDirectory state, InstantSource clock) {
        this.state = state;
        this.clock = clock;
    }

    void write(ControlPlaneSpec spec) {
        CertificateAuthority authority = CertificateAuthority.restore(
                spec.keys().caCertificate(), spec.keys().caKey(), clock);
        TlsIdentity identity = authority.issue(LeafSpec.client("kubernetes-admin", List.of("system:masters")));
        Kubeconfig config = Kubeconfig.of(
                NAME,
                new Kubeconfig.Cluster(
                        "https://" + spec.cluster().controlPlaneEndpoint(), authority.certificatePem(), false),
                Kubeconfig.User.certificate(Pem.certificates(identity), Pem.key(identity)));
        StateDirectory.write(state.supervisorKubeconfig(), config.write());
    }
}
