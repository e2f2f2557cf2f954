package io.kantoku.kubelet.pod;

import io.kantoku.kubelet.cri.GrpcClient;
import io.kantoku.kubelet.cri.GrpcException;
import io.kantoku.lab.NetworkStack;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks a container for its health over gRPC.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/health-checking.md">GRPC Health Checking Protocol</a>
 */
record GrpcHealth(GrpcClient grpc, NetworkStack network) {
    /** Why it is not well; empty when it is. */
    Optional<String> check(String host, int port, String service, Duration limit) {
        try {
            String status = grpc.health(network, new InetSocketAddress(host, port), service, limit);
            return status.equals("SERVING")
                    ? Optional.empty()
                    : Optional.of("service unhealthy (responded with \"" + status + "\")");
        } catch (GrpcException e) {
            return switch (e.code()) {
                case UNIMPLEMENTED ->
                    Optional.of(
                            "error: this server does not implement the grpc health protocol (grpc.health.v1.Health): "
                                    + e.getMessage());
                case DEADLINE_EXCEEDED ->
                    Optional.of("timeout: health rpc did not complete within " + limit.toSeconds() + "s");
                case UNAVAILABLE ->
                    Optional.of("timeout: failed to connect service \"" + host + ":" + port + "\" within "
                            + limit.toSeconds() + "s: " + e.getMessage());
                default -> Optional.of("error: health rpc probe failed: " + e.described());
            };
        }
    }
}
