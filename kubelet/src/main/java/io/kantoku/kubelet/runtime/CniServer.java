package io.kantoku.kubelet.runtime;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.network.NetworkException;
import io.kantoku.network.NodeNetwork;
import io.kantoku.network.PodLink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the CNI calls of a node's containerd; each on a virtual thread of its own. */
public final class CniServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CniServer.class);
    private static final int LONGEST_CALL = 1 << 20;
    private static final int INVALID_ENVIRONMENT = 4;
    private static final int TRY_AGAIN_LATER = 11;
    private static final int OURS = 100;

    private final ServerSocketChannel server;
    private final Path namespaces;
    private final NodeNetwork network;

    private CniServer(ServerSocketChannel server, Path namespaces, NodeNetwork network) {
        this.server = server;
        this.namespaces = namespaces;
        this.network = network;
    }

    /** Opens the socket that the plug-in calls. */
    public static CniServer start(RuntimeLayout layout, NodeNetwork network) throws IOException {
        Files.createDirectories(layout.namespaces());
        Files.deleteIfExists(layout.cniSocket());
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(layout.cniSocket()));
        CniServer started = new CniServer(server, layout.namespaces(), network);
        Thread.ofVirtual().name("cni-" + layout.id()).start(started::accept);
        return started;
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel call = server.accept();
                Thread.ofVirtual().name("cni-call").start(() -> serve(call));
            } catch (AsynchronousCloseException _) {
                return;
            } catch (IOException e) {
                if (server.isOpen()) {
                    LOG.atWarn()
                            .setMessage("a CNI call could not be accepted")
                            .setCause(e)
                            .log();
                }
            }
        }
    }

    private void serve(SocketChannel channel) {
        try (channel) {
            ByteBuffer answer = ByteBuffer.wrap(Json.bytes(answer(CniCall.parse(read(channel)))));
            while (answer.hasRemaining()) {
                channel.write(answer);
            }
        } catch (IOException e) { // the plug-in has gone; containerd asks again
            LOG.atDebug().setMessage("a CNI call was not answered").setCause(e).log();
        }
    }

    /** The plug-in closes its side after its input. */
    private static byte[] read(SocketChannel channel) throws IOException {
        ByteArrayOutputStream call = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(8192);
        while (channel.read(buffer) >= 0) {
            call.write(buffer.array(), 0, buffer.position());
            buffer.clear();
            if (call.size() > LONGEST_CALL) {
                throw new IOException("a CNI call has more than " + LONGEST_CALL + " bytes");
            }
        }
        return call.toByteArray();
    }

    private ObjectNode answer(CniCall call) {
        try {
            return switch (call.command()) {
                case "VERSION" -> CniCall.versions();
                case "ADD" -> add(call);
                case "DEL" -> delete(call);
                case "CHECK" -> Json.object();
                default -> CniCall.failed(INVALID_ENVIRONMENT, "unknown CNI_COMMAND: " + call.command());
            };
        } catch (NetworkException e) {
            int code = e.code() == NetworkException.Code.NO_ADDRESS ? TRY_AGAIN_LATER : OURS;
            return CniCall.failed(code, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return CniCall.failed(OURS, String.valueOf(e.getMessage()));
        }
    }

    private ObjectNode add(CniCall call) throws IOException {
        Files.writeString(noted(call), call.sandbox().id());
        PodLink link = network.attach(call.sandbox());
        return call.added(link);
    }

    private ObjectNode delete(CniCall call) throws IOException {
        network.detach(call.sandbox());
        if (!call.namespace().isEmpty()) {
            Files.deleteIfExists(noted(call));
        }
        return Json.object();
    }

    /** So that the namespace is found and deleted when containerd cannot do it any more. */
    private Path noted(CniCall call) {
        return namespaces.resolve(Path.of(call.namespace()).getFileName().toString());
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            LOG.atDebug()
                    .setMessage("CNI socket did not close cleanly")
                    .setCause(e)
                    .log();
        }
    }
}
