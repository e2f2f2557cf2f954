/**
 * Calls to servers that users of a cluster name: admission and conversion webhooks. {@link io.kantoku.apiserver.webhook.WebhookCaller}
 * is the door, {@link io.kantoku.apiserver.webhook.HttpWebhookCaller} what is behind it; which addresses may be called is {@link
 * io.kantoku.apiserver.webhook.AddressPolicy}'s to say, how Services are reached {@link io.kantoku.apiserver.webhook.ServiceDialler}'s.
 */
@NullMarked
package io.kantoku.apiserver.webhook;

import org.jspecify.annotations.NullMarked;
