package io.kantoku.transport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The request loop: gives each request that Jetty has parsed a virtual thread, and turns what escapes from it into an answer. */
final class RequestDispatcher extends Handler.Abstract.NonBlocking {
    private static final Logger LOG = LoggerFactory.getLogger(RequestDispatcher.class);
    private static final String TEXT = "text/plain; charset=utf-8";

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        ListenerEndPoint endPoint = ListenerEndPoint.below(
                request.getConnectionMetaData().getConnection().getEndPoint());
        OpenListener listener = endPoint.listener();
        Thread.ofVirtual()
                .name(listener.name())
                .start(() -> serve(listener, new JettyExchange(request, response, callback, endPoint)));
        return true;
    }

    private static void serve(OpenListener listener, JettyExchange exchange) {
        try {
            exchange.parseQuery();
            listener.handler().handle(exchange);
            exchange.finish();
        } catch (BodyTooLargeException e) {
            answer(exchange, 413, e);
        } catch (RefusedRequestException e) {
            answer(exchange, e.status(), e);
        } catch (ClientGoneException | BrokenAnswerException e) {
            exchange.abort(e);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) { // the request loop
            if (exchange.disconnected()) {
                exchange.abort(e);
            } else {
                LOG.atError()
                        .setMessage("request handler failed")
                        .addKeyValue("listener", listener.name())
                        .addKeyValue("method", exchange.method())
                        .addKeyValue("path", exchange.rawPath())
                        .setCause(e)
                        .log();
                answer(exchange, 500, new IOException("internal error; the server's log has the reason"));
            }
        }
    }

    private static void answer(JettyExchange exchange, int status, Throwable reason) {
        if (exchange.answering()) {
            exchange.abort(reason);
            return;
        }
        try {
            exchange.respond(status, TEXT, (reason.getMessage() + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            exchange.abort(e);
        }
    }
}
