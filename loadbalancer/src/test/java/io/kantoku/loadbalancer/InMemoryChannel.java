package io.kantoku.loadbalancer;

import io.kantoku.loadbalancer.dataplane.ApiHarness;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Calls an API in the same process, and counts. */
final class InMemoryChannel implements ApiChannel {
    private final ApiHarness api;
    final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    /** Runs before each call: what others do in the meantime. */
    volatile Runnable meanwhile = () -> {};

    InMemoryChannel(ApiHarness api) {
        this.api = api;
    }

    @Override
    public Reply send(String method, String target, byte @Nullable [] json) {
        meanwhile.run();
        calls.computeIfAbsent(method, m -> new AtomicInteger()).incrementAndGet();
        ApiHarness.Reply reply = api.call(method, target, json == null ? new byte[0] : json);
        return new Reply(
                reply.status(),
                reply.reload(),
                Optional.ofNullable(reply.version()).map(Long::valueOf),
                new String(reply.bytes(), StandardCharsets.UTF_8));
    }
}
