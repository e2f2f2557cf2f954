package io.kantoku.apiserver.rest;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.transport.Exchange;
import java.io.IOException;
import java.util.Optional;

/** Further documents at fixed paths, for example {@code /.well-known/openid-configuration}. */
@FunctionalInterface
public interface Documents {
    /** There are none. */
    Documents NONE = (cluster, path) -> Optional.empty();

    Optional<Document> find(ClusterId cluster, String path);

    /** One document. The bytes must not be changed. */
    @SuppressWarnings("ArrayRecordComponent") // only sent, never compared
    record Document(String mediaType, byte[] bytes) {
        void send(Exchange exchange) throws IOException {
            exchange.respond(200, mediaType, bytes);
        }
    }
}
