package io.kantoku.apiserver.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.Status;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.apiserver.auth.RequestInfo;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.apiserver.protobuf.ProtobufBody;
import io.kantoku.transport.Exchange;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The audit of one request: gathers what is known of it, and makes the Event of each stage that the policy wants.
 *
 * <p>Belongs to the request's thread, for which it is {@link #CURRENT}; annotations may come from others.
 */
public final class AuditTrail {
    /** The trail of the request that this thread answers. */
    public static final ScopedValue<AuditTrail> CURRENT = ScopedValue.newInstance();

    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final String id;
    private final Exchange sent;
    private final AuditPolicy policy;
    private final AuditSink sink;
    private final InstantSource clock;
    private final Instant received;
    private final AuditedExchange exchange;
    private final Map<String, String> annotations = new TreeMap<>();
    private AuditPolicy.Verdict verdict = new AuditPolicy.Verdict(AuditPolicy.Level.NONE, Set.of(), false);
    private UserInfo user = UserInfo.ANONYMOUS;
    private @Nullable UserInfo impersonated;
    private @Nullable RequestInfo request;
    private @Nullable Status failure;
    private ObjectNode named = Json.object();

    AuditTrail(ClusterId cluster, String id, Exchange sent, AuditPolicy policy, AuditSink sink, InstantSource clock) {
        this.id = id;
        this.sent = sent;
        this.policy = policy;
        this.sink = sink;
        this.clock = clock;
        this.received = clock.instant();
        this.exchange = new AuditedExchange(sent, this);
        annotations.put("kantoku.io/cluster", cluster.value());
    }

    /** Adds an annotation to the Event of the request that this thread answers, if it is audited; the first of a key stays. */
    public static void annotate(String key, String value) {
        if (CURRENT.isBound()) {
            CURRENT.get().add(key, value);
        }
    }

    /** Adds an annotation that shows what a request contains: only where the policy keeps requests. */
    public static void annotateContent(String key, Supplier<String> value) {
        if (CURRENT.isBound() && CURRENT.get().keepsRequest()) {
            CURRENT.get().add(key, value.get());
        }
    }

    /** Names the object that a request is about, as its body does, if the request is audited. */
    public static void object(ObjectNode body) {
        if (CURRENT.isBound() && body.path("metadata") instanceof ObjectNode metadata) {
            CURRENT.get().named = metadata.deepCopy();
        }
    }

    /** Work for another thread that annotates the same request. */
    public static Runnable carried(Runnable work) {
        if (!CURRENT.isBound()) {
            return work;
        }
        AuditTrail trail = CURRENT.get();
        return () -> ScopedValue.where(CURRENT, trail).run(work);
    }

    private void add(String key, String value) {
        synchronized (annotations) {
            annotations.putIfAbsent(key, value);
        }
    }

    /** The request, as whoever answers it is to use it. */
    public Exchange exchange() {
        return exchange;
    }

    /** Who sends the request, and what it is; the policy decides on these. */
    public void request(UserInfo caller, RequestInfo info) {
        user = caller;
        request = info;
        verdict = policy.verdict(caller, info);
        emit("RequestReceived", 0);
    }

    /** Whom the caller acts as, when that is somebody else. */
    public void actsAs(UserInfo other) {
        impersonated = other.equals(user) ? null : other;
    }

    /** Why the request was refused. */
    public void failed(Status status) {
        failure = status;
    }

    /** What a request is whose sender could not be made out. */
    public void unauthenticated(RequestInfo info) {
        if (request == null) {
            request(UserInfo.ANONYMOUS, info);
        }
    }

    /** The request has been answered. */
    public void complete() {
        emit("ResponseComplete", sent.status());
    }

    boolean keepsRequest() {
        return verdict.level().atLeast(AuditPolicy.Level.REQUEST);
    }

    boolean keepsResponse() {
        return verdict.level().atLeast(AuditPolicy.Level.REQUEST_RESPONSE);
    }

    /** The answer to a request that may take any time has begun. */
    void responseStarted(int status) {
        RequestInfo info = request;
        if (info != null && info.longRunning()) {
            emit("ResponseStarted", status);
        }
    }

    private void emit(String stage, int code) {
        AuditPolicy.Level level = verdict.level();
        if (level == AuditPolicy.Level.NONE || verdict.omitStages().contains(stage)) {
            return;
        }
        ObjectNode event = Json.object();
        event.put("kind", "Event")
                .put("apiVersion", "audit.k8s.io/v1")
                .put("level", level.text())
                .put("auditID", id)
                .put("stage", stage)
                .put("requestURI", sent.rawPath() + (sent.rawQuery().isEmpty() ? "" : "?" + sent.rawQuery()))
                .put("verb", request == null ? "" : request.verb());
        event.set("user", user(user));
        Optional.ofNullable(impersonated).ifPresent(other -> event.set("impersonatedUser", user(other)));
        event.putArray("sourceIPs").add(sent.remote().getAddress().getHostAddress());
        sent.header("User-Agent").ifPresent(agent -> event.put("userAgent", agent));
        if (request != null && request.resourceRequest()) {
            event.set("objectRef", reference(request));
        }
        if (code != 0) {
            event.set("responseStatus", status(code));
        }
        boolean over = stage.equals("ResponseComplete");
        if (over && keepsRequest()) {
            body(exchange.requestBody(), sent.header("Content-Type").orElse(""))
                    .ifPresent(tree -> event.set("requestObject", tree));
        }
        if (over && keepsResponse()) {
            body(exchange.responseBody(), exchange.responseType()).ifPresent(tree -> event.set("responseObject", tree));
        }
        event.put("requestReceivedTimestamp", MICROS.format(received))
                .put("stageTimestamp", MICROS.format(clock.instant()));
        ObjectNode texts = event.putObject("annotations");
        synchronized (annotations) {
            annotations.forEach(texts::put);
        }
        sink.write(Json.bytes(event));
    }

    private static ObjectNode user(UserInfo who) {
        ObjectNode user = Json.object().put("username", who.name());
        if (!who.uid().isEmpty()) {
            user.put("uid", who.uid());
        }
        who.groups().forEach(user.putArray("groups")::add);
        if (!who.extra().isEmpty()) {
            ObjectNode extra = user.putObject("extra");
            new TreeMap<>(who.extra()).forEach((key, values) -> values.forEach(extra.putArray(key)::add));
        }
        return user;
    }

    private ObjectNode reference(RequestInfo info) {
        ObjectNode reference = Json.object();
        put(reference, "resource", info.resource());
        put(reference, "namespace", info.namespace());
        put(reference, "name", info.name().isEmpty() ? named.path("name").asText() : info.name());
        put(reference, "uid", named.path("uid").asText());
        put(reference, "apiGroup", info.group());
        put(reference, "apiVersion", info.version());
        put(reference, "resourceVersion", named.path("resourceVersion").asText());
        put(reference, "subresource", info.subresource());
        return reference;
    }

    private ObjectNode status(int code) {
        ObjectNode status = Json.object();
        status.putObject("metadata");
        Status why = failure;
        if (why != null && why.code() == code) {
            status.put("status", why.status());
            put(status, "message", why.message());
            put(status, "reason", why.reason());
            JsonNode details = why.toJson().path("details");
            if (!details.isEmpty()) {
                status.set("details", details);
            }
        }
        return status.put("code", code);
    }

    private static void put(ObjectNode node, String field, String value) {
        if (!value.isEmpty()) {
            node.put(field, value);
        }
    }

    /** A body as a tree; empty when there was none, or none that can be read. */
    private Optional<JsonNode> body(byte[] bytes, String contentType) {
        if (bytes.length == 0) {
            return Optional.empty();
        }
        try {
            JsonNode tree = contentType.startsWith(ProtobufBody.MEDIA_TYPE)
                    ? ProtobufBody.parse(bytes)
                    : contentType.contains("yaml") ? Yaml.parse(bytes) : Json.parse(bytes);
            if (verdict.omitManagedFields()) {
                withoutManagedFields(tree);
                tree.path("items").forEach(AuditTrail::withoutManagedFields);
            }
            return Optional.of(tree);
        } catch (ApiException | IllegalArgumentException e) {
            return Optional.empty(); // the client has been told
        }
    }

    private static void withoutManagedFields(JsonNode object) {
        if (object.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove("managedFields");
        }
    }
}
