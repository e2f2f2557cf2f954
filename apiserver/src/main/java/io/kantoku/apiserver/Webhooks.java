package io.kantoku.apiserver;

import io.kantoku.apiserver.webhook.AddressPolicy;
import io.kantoku.apiserver.webhook.HttpWebhookCaller;
import io.kantoku.apiserver.webhook.ServiceDialler;
import io.kantoku.apiserver.webhook.WebhookCaller;
import io.kantoku.transport.HttpClient;
import org.jspecify.annotations.Nullable;

/** A server's way to webhooks, with an HTTP client that starts with the first call. */
final class Webhooks implements AutoCloseable {
    private final WebhookCaller caller;
    private @Nullable HttpClient client;

    Webhooks(AddressPolicy addresses, ServiceDialler services) {
        this.caller = new HttpWebhookCaller(this::client, addresses, services);
    }

    WebhookCaller caller() {
        return caller;
    }

    synchronized HttpClient client() {
        HttpClient started = client;
        if (started == null) {
            started = HttpClient.start();
            client = started;
        }
        return started;
    }

    @Override
    public synchronized void close() {
        if (client != null) {
            client.close();
        }
    }
}
