package io.kantoku.kubelet.cri;

import java.util.List;

/** An image that the runtime has; {@code size} in bytes. */
public record Image(String id, List<String> tags, List<String> digests, long size, long user, String userName) {
    public Image {
        tags = List.copyOf(tags);
        digests = List.copyOf(digests);
    }

    static Image of(ProtoMessage message) {
        return new Image(
                message.text(1),
                message.texts(2),
                message.texts(3),
                message.number(4),
                message.message(5).number(1),
                message.text(6));
    }
}
