package io.kantoku.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.lab.NetworkStack;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DatagramPortTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @Test
    void eachClientGetsItsOwnAnswers() throws Exception {
        try (DatagramSocket pod = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0));
                DatagramSocket one = client();
                DatagramSocket other = client()) {
            Thread.ofVirtual().start(() -> echo(pod));
            InetSocketAddress node = new InetSocketAddress(LOOPBACK, freePort());
            DatagramPort port = DatagramPort.open(
                    NetworkStack.host(), node, LOOPBACK, (InetSocketAddress) pod.getLocalSocketAddress());
            assertThat(ask(one, node, "a")).isEqualTo("a back");
            assertThat(ask(other, node, "b")).isEqualTo("b back");
            assertThat(ask(one, node, "c")).isEqualTo("c back");
            port.close();
            one.setSoTimeout(200);
            assertThatThrownBy(() -> ask(one, node, "d")).isInstanceOf(SocketTimeoutException.class);
        }
    }

    private static DatagramSocket client() throws IOException {
        DatagramSocket socket = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0));
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0))) {
            return socket.getLocalPort();
        }
    }

    private static String ask(DatagramSocket socket, InetSocketAddress node, String word) throws IOException {
        byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
        socket.send(new DatagramPacket(bytes, bytes.length, node));
        DatagramPacket answer = new DatagramPacket(new byte[100], 100);
        socket.receive(answer);
        assertThat(answer.getSocketAddress()).isEqualTo(node);
        return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
    }

    private static void echo(DatagramSocket pod) {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        while (!pod.isClosed()) {
            try {
                packet.setLength(100);
                pod.receive(packet);
                byte[] answer = (new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8) + " back")
                        .getBytes(StandardCharsets.UTF_8);
                pod.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException e) {
                return;
            }
        }
    }
}
