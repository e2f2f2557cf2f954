package io.kantoku.transport.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.transport.Pipes;
import io.kantoku.transport.websocket.WebSocket.Role;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class WebSocketTest {
    private static final int LONGEST = 1 << 20;

    private final Pipes pipes = pipes();
    private final WebSocket client = new WebSocket(pipes.one(), Role.CLIENT, LONGEST);
    private final WebSocket server = new WebSocket(pipes.other(), Role.SERVER, LONGEST);

    private static Pipes pipes() {
        try {
            return Pipes.open();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @AfterEach
    void close() {
        pipes.close();
    }

    /** The example of RFC 6455, section 1.3. */
    @Test
    void answersTheKeyOfTheSpecification() {
        assertThat(WebSocketHandshake.accept("dGhlIHNhbXBsZSBub25jZQ==")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    @Test
    void carriesMessagesOfEveryLengthBothWays() throws Exception {
        Random random = new Random(3);
        for (int length : new int[] {0, 1, 125, 126, 127, 65_535, 65_536, 200_000}) {
            byte[] message = new byte[length];
            random.nextBytes(message);
            Thread writer = Thread.ofVirtual().start(() -> write(client, message));
            assertThat(server.read())
                    .as("%d bytes", length)
                    .hasValueSatisfying(read -> assertThat(read).isEqualTo(message));
            writer.join();
            Thread back = Thread.ofVirtual().start(() -> write(server, message));
            assertThat(client.read())
                    .hasValueSatisfying(read -> assertThat(read).isEqualTo(message));
            back.join();
        }
        client.write("text");
        assertThat(server.read())
                .hasValueSatisfying(read -> assertThat(new String(read, UTF_8)).isEqualTo("text"));
    }

    private static void write(WebSocket socket, byte[] message) {
        try {
            socket.write(message);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void joinsFragmentsAndAnswersPingsBetweenThem() throws Exception {
        raw(0x01, "one "); // text, not the last
        raw(0x89, "beat");
        raw(0x80, "two");
        assertThat(server.read())
                .hasValueSatisfying(read -> assertThat(new String(read, UTF_8)).isEqualTo("one two"));
        byte[] pong = pipes.one().input().readNBytes(6);
        assertThat(pong[0] & 0xff).isEqualTo(0x8a);
        assertThat(new String(pong, 2, 4, UTF_8)).isEqualTo("beat");
    }

    /** Sends a frame that is masked with zeros. */
    private void raw(int head, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        byte[] frame = new byte[6 + bytes.length];
        frame[0] = (byte) head;
        frame[1] = (byte) (0x80 | bytes.length);
        System.arraycopy(bytes, 0, frame, 6, bytes.length);
        pipes.one().output().write(frame);
    }

    @Test
    void endsInOrder() throws Exception {
        client.close(WebSocket.NORMAL);
        assertThat(server.read()).isEmpty();
        assertThat(client.read()).as("the server's reply").isEmpty();
        assertThatThrownBy(() -> client.write("late")).isInstanceOf(IOException.class);
        client.close(WebSocket.NORMAL);
    }

    @Test
    void refusesWhatIsTooLongOrNotMasked() throws Exception {
        WebSocket careful = new WebSocket(pipes.other(), Role.SERVER, 10);
        raw(0x82, "eleven bytes");
        assertThatThrownBy(careful::read).hasMessageContaining("longer than 10 bytes");
        byte[] close = pipes.one().input().readNBytes(4);
        assertThat((close[2] & 0xff) << 8 | close[3] & 0xff).isEqualTo(WebSocket.TOO_BIG);

        try (Pipes others = Pipes.open()) {
            others.one().output().write(new byte[] {(byte) 0x82, 1, 'x'});
            WebSocket strict = new WebSocket(others.other(), Role.SERVER, 10);
            assertThatThrownBy(strict::read).hasMessageContaining("masking");
        }
    }
}
