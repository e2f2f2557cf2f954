package io.kantoku.controllers.certificates;

import io.kantoku.transport.pki.CertificateSigningRequest;
import io.kantoku.transport.pki.Usage;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the built-in signers sign (certificates.k8s.io, "Kubernetes signers"). Pure. */
final class SignerRules {
    static final String CLIENT = "kubernetes.io/kube-apiserver-client";
    static final String NODE_CLIENT = "kubernetes.io/kube-apiserver-client-kubelet";
    static final String NODE_SERVING = "kubernetes.io/kubelet-serving";
    static final String LEGACY = "kubernetes.io/legacy-unknown";

    private static final Set<String> KEY_USAGES = Set.of("digital signature", "key encipherment");

    private SignerRules() {}

    static boolean isBuiltIn(String signer) {
        return List.of(CLIENT, NODE_CLIENT, NODE_SERVING, LEGACY).contains(signer);
    }

    /** Why a signer does not sign a request; empty when it does. */
    static Optional<String> fault(String signer, CertificateSigningRequest request, List<String> usages) {
        return switch (signer) {
            case CLIENT -> usages(usages, "client auth");
            case NODE_CLIENT -> {
                if (!request.hosts().isEmpty()) {
                    yield Optional.of("subjectAltNames are not allowed for client certificates of nodes");
                }
                yield node(request).or(() -> usages(usages, "client auth"));
            }
            case NODE_SERVING -> {
                if (request.hosts().isEmpty()) {
                    yield Optional.of("DNS names or IP addresses are required");
                }
                yield node(request).or(() -> usages(usages, "server auth"));
            }
            default -> Optional.empty();
        };
    }

    private static Optional<String> node(CertificateSigningRequest request) {
        if (!request.subject().organizations().equals(List.of("system:nodes"))) {
            return Optional.of("subject organization is not system:nodes");
        }
        return request.subject().commonName().startsWith("system:node:")
                ? Optional.empty()
                : Optional.of("subject common name does not begin with system:node:");
    }

    private static Optional<String> usages(List<String> usages, String purpose) {
        boolean right = usages.contains(purpose)
                && usages.stream().allMatch(usage -> usage.equals(purpose) || KEY_USAGES.contains(usage));
        return right
                ? Optional.empty()
                : Optional.of(
                        "usages must be \"" + purpose + "\" and may be \"digital signature\" and \"key encipherment\"");
    }

    /** The purposes of the certificate. */
    static Set<Usage> purposes(List<String> usages) {
        Set<Usage> purposes = EnumSet.noneOf(Usage.class);
        if (usages.contains("server auth")) {
            purposes.add(Usage.SERVER);
        }
        if (usages.contains("client auth") || purposes.isEmpty()) {
            purposes.add(Usage.CLIENT);
        }
        return purposes;
    }
}
