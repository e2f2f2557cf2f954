package io.kantoku.kubelet.cri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProtoTest {
    @Test
    void whatIsWrittenIsRead() {
        byte[] bytes = new ProtoWriter()
                .text(1, "ä")
                .number(2, -1)
                .flag(3, true)
                .texts(4, List.of("a", ""))
                .map(5, Map.of("k", "v"))
                .message(100, new ProtoWriter().number(1, 300))
                .toBytes();
        ProtoMessage message = new ProtoMessage(bytes);
        assertThat(message.text(1)).isEqualTo("ä");
        assertThat(message.number(2)).isEqualTo(-1);
        assertThat(message.flag(3)).isTrue();
        assertThat(message.texts(4)).containsExactly("a", "");
        assertThat(message.map(5)).containsExactly(Map.entry("k", "v"));
        assertThat(message.message(100).number(1)).isEqualTo(300);
        assertThat(message.text(7)).isEmpty();
        assertThat(message.message(7).messages(1)).isEmpty();
    }

    @Test
    void defaultsAreNotWritten() {
        assertThat(new ProtoWriter().text(1, "").number(2, 0).flag(3, false).toBytes())
                .isEmpty();
    }

    @Test
    void brokenMessagesAreRefused() {
        assertThatThrownBy(() -> new ProtoMessage(new byte[] {10, 5, 1})).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ProtoMessage(new byte[] {8, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1}))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
