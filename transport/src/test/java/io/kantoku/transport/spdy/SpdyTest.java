package io.kantoku.transport.spdy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.transport.Pipes;
import java.io.IOException;
import java.util.Map;
import java.util.zip.Adler32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class SpdyTest {
    /** The checksum with which every zlib stream of SPDY/3 begins. */
    @Test
    void hasTheDictionaryOfTheSpecification() {
        Adler32 checksum = new Adler32();
        checksum.update(SpdyDictionary.bytes());
        assertThat(SpdyDictionary.bytes()).hasSize(1423);
        assertThat(checksum.getValue()).isEqualTo(0xe3c6a7c2L);
    }

    @Test
    void carriesFramesAndKeepsHeadersCompressed() throws Exception {
        try (Pipes pipes = Pipes.open()) {
            SpdyConnection client = new SpdyConnection(pipes.one(), true);
            SpdyConnection server = new SpdyConnection(pipes.other(), false);
            for (int stream = 1; stream < 20; stream += 2) {
                Map<String, String> headers = Map.of("streamtype", "stdout", "number", Integer.toString(stream));
                client.write(new SpdyFrame.SynStream(stream, headers, false));
                assertThat(server.read()).hasValue(new SpdyFrame.SynStream(stream, headers, false));
                server.write(new SpdyFrame.SynReply(stream, Map.of(), false));
                assertThat(client.read()).hasValue(new SpdyFrame.SynReply(stream, Map.of(), false));
            }
            client.write(new SpdyFrame.Data(1, "bytes".getBytes(UTF_8), true));
            assertThat(server.read()).hasValueSatisfying(frame -> {
                SpdyFrame.Data data = (SpdyFrame.Data) frame;
                assertThat(new String(data.bytes(), UTF_8)).isEqualTo("bytes");
                assertThat(data.fin()).isTrue();
                assertThat(data.stream()).isEqualTo(1);
            });
            client.write(new SpdyFrame.Reset(3, 5));
            assertThat(server.read()).hasValue(new SpdyFrame.Reset(3, 5));
            client.write(new SpdyFrame.GoAway(0, 0));
            assertThat(server.read()).hasValue(new SpdyFrame.GoAway(0, 0));
            client.write(new SpdyFrame.Ping(1));
            client.write(new SpdyFrame.Reset(5, 5));
            assertThat(server.read()).as("the ping is answered and not shown").hasValue(new SpdyFrame.Reset(5, 5));
            assertThat(client.read()).hasValue(new SpdyFrame.Ping(1));
            pipes.one().close();
            assertThat(server.read()).isEmpty();
        }
    }

    @Test
    void refusesWhatIsNotSpdy() throws Exception {
        refuses(new byte[] {(byte) 0x80, 2, 0, 1, 0, 0, 0, 0}, "version 2");
        refuses(new byte[] {(byte) 0x80, 3, 0, 3, 0, 0, 0, 1, 0}, "cut off");
        refuses(new byte[] {(byte) 0x80, 3, 0, 2, 0, 0, 0, 6, 0, 0, 0, 1, 7, 7}, "not compressed");
        refuses(new byte[] {(byte) 0x80, 3, 0, 1, 0, (byte) 0x7f, 0, 0}, "too long");
    }

    private static void refuses(byte[] bytes, String why) throws IOException {
        try (Pipes pipes = Pipes.open()) {
            pipes.one().output().write(bytes);
            pipes.one().close();
            SpdyConnection server = new SpdyConnection(pipes.other(), false);
            assertThatThrownBy(server::read).isInstanceOf(IOException.class).hasMessageContaining(why);
        }
    }

    @Test
    void refusesABombInAHeaderBlock() throws Exception {
        try (Pipes pipes = Pipes.open()) {
            SpdyConnection client = new SpdyConnection(pipes.one(), true);
            SpdyConnection server = new SpdyConnection(pipes.other(), false);
            Thread.ofVirtual().start(() -> {
                try {
                    client.write(new SpdyFrame.SynStream(1, Map.of("a", "b".repeat(1 << 20)), false));
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertThatThrownBy(server::read).hasMessageContaining("longer than");
        }
    }
}
