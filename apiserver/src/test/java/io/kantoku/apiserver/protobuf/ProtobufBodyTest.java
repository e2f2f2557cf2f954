package io.kantoku.apiserver.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Messages as Go clients write them read as the JSON that they stand for. */
class ProtobufBodyTest {
    private static byte[] text(int number, String value) {
        return bytes(number, value.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] bytes(int number, byte[]... parts) {
        byte[] value = join(parts);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        varint(out, (long) number << 3 | 2);
        varint(out, value.length);
        out.writeBytes(value);
        return out.toByteArray();
    }

    private static byte[] number(int number, long value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        varint(out, (long) number << 3);
        varint(out, value);
        return out.toByteArray();
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] envelope(String apiVersion, String kind, byte[]... content) {
        return join(
                new byte[] {'k', '8', 's', 0},
                bytes(1, text(1, apiVersion), text(2, kind)),
                bytes(2, content),
                text(3, ""),
                text(4, ""));
    }

    @Test
    void inlinedMembersMapsQuantitiesAndPortsAreAsInJson() {
        byte[] container = bytes(
                2,
                text(1, "c"),
                text(2, "image"),
                bytes(8, bytes(1, text(1, "cpu"), bytes(2, text(1, "500m")))),
                bytes(10, bytes(1, bytes(2, text(1, "/ready"), bytes(2, number(1, 0), number(2, 8080), text(3, ""))))));
        byte[] volume = bytes(1, text(1, "v"), bytes(2, bytes(6, text(1, "secret"))));
        byte[] pod = join(
                bytes(1, text(1, "p"), text(2, ""), bytes(8), bytes(11, text(1, "app"), text(2, "x"))),
                bytes(2, volume, container, text(3, ""), number(4, 0), number(11, 0)),
                bytes(3));

        assertThat(ProtobufBody.parse(envelope("v1", "Pod", pod)))
                .isEqualTo(Json.parseObject("""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","labels":{"app":"x"}},
                 "spec":{"volumes":[{"name":"v","secret":{"secretName":"secret"}}],
                   "containers":[{"name":"c","image":"image","resources":{"limits":{"cpu":"500m"}},
                     "livenessProbe":{"httpGet":{"path":"/ready","port":8080}}}],
                   "terminationGracePeriodSeconds":0}}""".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void bytesAreBase64AndDeleteOptionsAreOfEveryGroup() {
        ObjectNode secret = ProtobufBody.parse(envelope(
                "v1", "Secret", bytes(1, text(1, "s")), bytes(2, text(1, "k"), bytes(2, new byte[] {1, 2, 3}))));
        assertThat(secret.path("data").path("k").asText()).isEqualTo("AQID");

        ObjectNode options =
                ProtobufBody.parse(envelope("apps/v1", "DeleteOptions", number(1, 0), text(4, "Foreground")));
        assertThat(options.path("gracePeriodSeconds").asInt(-1)).isZero();
        assertThat(options.path("propagationPolicy").asText()).isEqualTo("Foreground");
    }

    @Test
    void refusesWhatIsNoMessageWithoutFailing() {
        assertThatThrownBy(() -> ProtobufBody.parse("{}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> ProtobufBody.parse(envelope("x/v1", "Nope"))).isInstanceOf(ApiException.class);
        byte[] good = envelope("v1", "Pod", bytes(1, text(1, "p")), bytes(2, bytes(2, text(1, "c"))));
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            byte[] damaged = good.clone();
            for (int j = 0; j <= random.nextInt(4); j++) {
                damaged[4 + random.nextInt(damaged.length - 4)] = (byte) random.nextInt(256);
            }
            try {
                ProtobufBody.parse(damaged);
            } catch (ApiException e) {
                assertThat(e.code()).as("seed %d", seed).isEqualTo(400);
            }
        }
    }
}
