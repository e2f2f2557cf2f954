package io.kantoku.loadbalancer.dataplane;

import io.kantoku.loadbalancer.model.ApiJson;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a call is answered with.
 *
 * @param body a value to be written as JSON; none when {@code null}
 * @param reload the id of the reload that will bring the change into effect
 */
record Answer(int status, @Nullable Object body, Optional<String> reload) {
    /** A body that is not JSON. */
    record PlainText(String text) {}

    /** A file. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares answers
    record Download(byte[] content) {}

    static Answer ok(Object body) {
        return new Answer(200, body, Optional.empty());
    }

    /** What reads of the configuration are wrapped in. */
    static Answer wrapped(long version, Object data) {
        return ok(ApiJson.object().put("_version", version).set("data", ApiJson.tree(data)));
    }

    static Answer written(Outcome outcome, int applied, @Nullable Object body) {
        return new Answer(outcome.status(applied), body, outcome.reload());
    }
}
