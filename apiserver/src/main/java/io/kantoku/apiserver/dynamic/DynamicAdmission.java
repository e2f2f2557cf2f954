package io.kantoku.apiserver.dynamic;

import io.kantoku.apiserver.admission.AdmissionPlugin;
import io.kantoku.apiserver.auth.Authorizer;
import io.kantoku.apiserver.registry.ObjectReader;
import io.kantoku.apiserver.registry.ResourceTypes;
import io.kantoku.apiserver.webhook.WebhookCaller;
import java.util.List;

/** Makes the two plug-ins, which share what they have compiled. */
public final class DynamicAdmission {
    private final ObjectReader objects;
    private final Expressions expressions;
    private final Equivalents equivalents;
    private final WebhookCalls calls;
    private final Parameters parameters;

    public DynamicAdmission(ObjectReader objects, ResourceTypes types, WebhookCaller caller, Authorizer authorizer) {
        this.objects = objects;
        this.expressions = new Expressions(authorizer);
        this.equivalents = new Equivalents(types);
        this.calls = new WebhookCalls(caller, equivalents, expressions);
        this.parameters = new Parameters(objects, types);
    }

    /**
     * Asks all mutating policies and webhooks.
     *
     * @param before the plug-ins that run before, and again when an object has been changed
     */
    public AdmissionPlugin mutating(List<AdmissionPlugin> before) {
        return new MutatingAdmission(objects, equivalents, calls, expressions, parameters, before);
    }

    /** Asks all validating policies and webhooks. */
    public AdmissionPlugin validating() {
        return new ValidatingAdmission(objects, equivalents, calls, expressions, parameters);
    }
}
