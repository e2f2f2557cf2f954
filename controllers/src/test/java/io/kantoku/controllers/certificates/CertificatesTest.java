package io.kantoku.controllers.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.transport.pki.CertificateSigningRequest;
import io.kantoku.transport.pki.Keys;
import io.kantoku.transport.pki.Subject;
import io.kantoku.transport.pki.Usage;
import java.util.List;
import org.junit.jupiter.api.Test;

class CertificatesTest {
    private static CertificateSigningRequest request(String user, String group, String... hosts) {
        return CertificateSigningRequest.parse(
                CertificateSigningRequest.create(Keys.generate(), new Subject(user, List.of(group)), List.of(hosts)));
    }

    @Test
    void signsClientCertificatesOfNodesForNodesOnly() {
        List<String> usages = List.of("digital signature", "client auth");
        assertThat(SignerRules.fault(SignerRules.NODE_CLIENT, request("system:node:n1", "system:nodes"), usages))
                .isEmpty();
        assertThat(SignerRules.fault(SignerRules.NODE_CLIENT, request("system:node:n1", "system:masters"), usages))
                .isPresent();
        assertThat(SignerRules.fault(SignerRules.NODE_CLIENT, request("admin", "system:nodes"), usages))
                .isPresent();
        assertThat(SignerRules.fault(
                        SignerRules.NODE_CLIENT, request("system:node:n1", "system:nodes", "10.0.0.1"), usages))
                .isPresent();
        assertThat(SignerRules.fault(
                        SignerRules.NODE_CLIENT,
                        request("system:node:n1", "system:nodes"),
                        List.of("client auth", "server auth")))
                .isPresent();
    }

    @Test
    void signsServingCertificatesForNamedHosts() {
        List<String> usages = List.of("digital signature", "server auth");
        assertThat(SignerRules.fault(
                        SignerRules.NODE_SERVING, request("system:node:n1", "system:nodes", "10.0.0.1"), usages))
                .isEmpty();
        assertThat(SignerRules.fault(SignerRules.NODE_SERVING, request("system:node:n1", "system:nodes"), usages))
                .isPresent();
        assertThat(SignerRules.purposes(usages)).containsExactly(Usage.SERVER);
    }

    @Test
    void leavesSignersOfOthersAlone() {
        assertThat(SignerRules.isBuiltIn("example.com/mine")).isFalse();
        assertThat(SignerRules.isBuiltIn(SignerRules.CLIENT)).isTrue();
        assertThat(SignerRules.fault(SignerRules.CLIENT, request("alice", "dev"), List.of("client auth")))
                .isEmpty();
        assertThat(SignerRules.fault(SignerRules.CLIENT, request("alice", "dev"), List.of("server auth")))
                .isPresent();
    }
}
