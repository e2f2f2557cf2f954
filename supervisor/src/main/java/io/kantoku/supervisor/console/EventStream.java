package io.kantoku.supervisor.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.supervisor.sso.Sessions;
import io.kantoku.transport.Exchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Tells one client, as server-sent events (HTML standard, section 9.2), of everything that it may see: first all that there is, then
 * each change. Runs on the request's thread until the client goes away or its session ends.
 */
final class EventStream {
    private static final Duration BEAT = Duration.ofSeconds(15);
    private static final String TYPE = "text/event-stream";

    private final LiveSources.World world;
    private final Sessions sessions;
    private final Sessions.Session session;
    private final Set<Topic> topics;

    EventStream(LiveSources.World world, Sessions sessions, Sessions.Session session, Set<Topic> topics) {
        this.world = world;
        this.sessions = sessions;
        this.session = session;
        this.topics = topics;
    }

    void run(Exchange exchange) throws IOException {
        exchange.responseHeader("Cache-Control", "no-store");
        try (OutputStream out = exchange.stream(200, TYPE)) {
            while (sessions.alive(session.token())) {
                tell(exchange, out);
            }
            event(out, "session-ended", Json.object());
            out.flush();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server ends
        }
    }

    /** Tells everything, until the session ends or the user may see other namespaces than before. */
    private void tell(Exchange exchange, OutputStream out) throws IOException, InterruptedException {
        EventQueue queue = new EventQueue();
        Sight sight = Sight.of(session.user(), world.namespaces());
        event(out, "reset", Json.object());
        out.flush();
        try (LiveSources sources = new LiveSources(world, queue, sight, topics).start()) {
            exchange.onDisconnect(queue::nudge);
            boolean synced = false;
            while (sessions.alive(session.token()) && sight.equals(Sight.of(session.user(), world.namespaces()))) {
                boolean complete = sources.complete();
                List<EventQueue.Message> batch = queue.take(synced || !complete ? BEAT : Duration.ZERO);
                for (EventQueue.Message message : batch) {
                    message(out, message);
                }
                if (!synced && complete) {
                    event(out, "synced", Json.object());
                    synced = true;
                } else if (batch.isEmpty()) {
                    out.write(":\n\n".getBytes(StandardCharsets.UTF_8)); // fails when the client is gone
                }
                out.flush();
            }
        }
    }

    private static void message(OutputStream out, EventQueue.Message message) throws IOException {
        ObjectNode data = Json.object();
        data.put("type", message.object().isPresent() ? "PRESENT" : "DELETED").put("key", message.key());
        message.object().ifPresent(object -> data.set("object", object));
        event(out, message.topic(), data);
    }

    private static void event(OutputStream out, String name, ObjectNode data) throws IOException {
        out.write(("event: " + name + "\ndata: ").getBytes(StandardCharsets.UTF_8));
        out.write(Json.bytes(data)); // JSON has no line breaks but escaped ones
        out.write("\n\n".getBytes(StandardCharsets.UTF_8));
    }
}
