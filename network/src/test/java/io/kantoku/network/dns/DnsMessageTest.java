package io.kantoku.network.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.network.dns.DnsAnswer.Code;
import io.kantoku.network.dns.DnsRecord.Named;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DnsMessageTest {
    private static ByteBuffer question(String name, int type, boolean edns) {
        ByteBuffer out = ByteBuffer.allocate(300);
        out.putShort((short) 7)
                .putShort((short) 0x0100)
                .putShort((short) 1)
                .putInt(0)
                .putShort((short) (edns ? 1 : 0));
        for (String label : name.split("\\.", -1)) {
            out.put((byte) label.length()).put(label.getBytes(StandardCharsets.ISO_8859_1));
        }
        out.put((byte) 0).putShort((short) type).putShort((short) 1);
        if (edns) {
            out.put((byte) 0)
                    .putShort((short) 41)
                    .putShort((short) 4096)
                    .putInt(0)
                    .putShort((short) 0);
        }
        return out.flip();
    }

    private static DnsAnswer addresses(int count) {
        List<Named> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(new Named(Optional.empty(), new DnsRecord.A("192.168." + i / 250 + "." + (1 + i % 250))));
        }
        return new DnsAnswer(Code.NOERROR, records, List.of(), List.of());
    }

    @Test
    void readsAQuestionAndPointsToItInTheAnswer() {
        DnsMessage.Query query =
                DnsMessage.read(question("Web.ns.svc.cluster.local", 1, false)).orElseThrow();
        assertThat(query.name()).isEqualTo("Web.ns.svc.cluster.local");
        assertThat(query.answer()).isEmpty();
        assertThat(query.size()).isEqualTo(512);
        ByteBuffer answer = DnsMessage.write(query, addresses(1), 512);
        assertThat(answer.getShort(0)).isEqualTo((short) 7);
        assertThat(answer.getShort(2) & 0xffff).isEqualTo(0x8580);
        // The question (12 to 42), then the answer: a pointer to it.
        assertThat(answer.getShort(42) & 0xffff).isEqualTo(0xc00c);
        assertThat(answer.limit()).isEqualTo(42 + 16);
    }

    @Test
    void whatDoesNotFitSaysSo() {
        DnsMessage.Query plain = DnsMessage.read(question("a.b", 1, false)).orElseThrow();
        ByteBuffer short1 = DnsMessage.write(plain, addresses(100), plain.size());
        assertThat(short1.getShort(2) & 0x0200).isNotZero();
        assertThat(short1.limit()).isLessThan(512);
        DnsMessage.Query edns = DnsMessage.read(question("a.b", 1, true)).orElseThrow();
        assertThat(edns.size()).isEqualTo(1232);
        assertThat(DnsMessage.write(edns, addresses(60), edns.size()).getShort(2) & 0x0200)
                .isZero();
        assertThat(DnsMessage.write(plain, addresses(2000), DnsMessage.TCP_SIZE).getShort(6))
                .isEqualTo((short) 2000);
    }

    @Test
    void answersAreNotQuestionsAndOtherKindsAreRefused() {
        ByteBuffer answer = question("a.b", 1, false);
        answer.putShort(2, (short) 0x8100);
        assertThat(DnsMessage.read(answer)).isEmpty();
        ByteBuffer update = question("a.b", 1, false);
        update.putShort(2, (short) (5 << 11));
        assertThat(DnsMessage.read(update).orElseThrow().answer()).contains(Code.NOTIMP);
        ByteBuffer two = question("a.b", 1, false);
        two.putShort(4, (short) 2);
        assertThat(DnsMessage.read(two).orElseThrow().answer()).contains(Code.FORMERR);
    }

    @Test
    void anyBytesAreReadWithoutFailure() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            ByteBuffer base = question("web.ns.svc.cluster.local", random.nextInt(300), random.nextBoolean());
            byte[] bytes = new byte[base.remaining()];
            base.get(bytes);
            for (int i = random.nextInt(6); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            ByteBuffer cut = ByteBuffer.wrap(bytes, 0, random.nextInt(bytes.length + 1));
            Optional<DnsMessage.Query> query = DnsMessage.read(cut);
            query.ifPresent(read -> assertThat(DnsMessage.write(
                                    read,
                                    read.answer().map(DnsAnswer::empty).orElseGet(() -> addresses(3)),
                                    read.size())
                            .remaining())
                    .as("seed %d", seed)
                    .isBetween(12, 1232));
        }
    }
}
