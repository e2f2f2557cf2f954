package io.kantoku.apiserver;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.transport.Exchange;

/**
 * Hears of every request over HTTP that may have changed something, after it was answered; for an audit log. Called by the request's
 * thread.
 */
@FunctionalInterface
public interface WriteListener {
    /** Hears nothing. */
    WriteListener NONE = (_, _, _) -> {};

    /**
     * A request was answered.
     *
     * @param user who sent it, not whom it acted as; anonymous when nobody could be made out
     * @param exchange with the status of the answer; its body has been read
     */
    void written(ClusterId cluster, UserInfo user, Exchange exchange);
}
