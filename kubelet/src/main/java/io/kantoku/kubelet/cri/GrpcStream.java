package io.kantoku.kubelet.cri;

import io.kantoku.kubelet.cri.GrpcException.Code;
import java.io.ByteArrayOutputStream;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** The answers of one call. Jetty's threads fill it, one caller reads it. */
final class GrpcStream implements AutoCloseable {
    private sealed interface Item {
        @SuppressWarnings("ArrayRecordComponent") // items are not compared
        record Message(byte[] bytes) implements Item {}

        record End(Code code, String message) implements Item {}
    }

    private static final int PREFIX_BYTES = 5;
    private static final int LONGEST_MESSAGE = 64 * 1024 * 1024;

    private final String method;
    private final BlockingQueue<Item> items = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private volatile @Nullable Stream stream;
    private volatile boolean ended;

    GrpcStream(String method) {
        this.method = method;
    }

    void begin(Stream begun) {
        stream = begun;
    }

    /**
     * The next answer; empty when there are no more and the call succeeded.
     *
     * @throws GrpcException when the call failed, or nothing came within the limit
     */
    Optional<byte[]> next(Duration limit) {
        try {
            Item item = items.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
            if (item == null) {
                close();
                throw new GrpcException(Code.DEADLINE_EXCEEDED, "context deadline exceeded");
            }
            return switch (item) {
                case Item.Message message -> Optional.of(message.bytes());
                case Item.End end -> {
                    ended = true;
                    items.add(end); // whoever asks again hears the same
                    if (end.code() != Code.OK) {
                        throw new GrpcException(end.code(), end.message());
                    }
                    yield Optional.empty();
                }
            };
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new GrpcException(Code.CANCELLED, "interrupted during " + method, e);
        }
    }

    Stream.Listener listener() {
        return new Stream.Listener() {
            @Override
            public void onHeaders(Stream from, HeadersFrame frame) {
                HttpFields fields = frame.getMetaData().getHttpFields();
                if (frame.isEndStream()) {
                    end(fields);
                    return;
                }
                if (frame.getMetaData() instanceof MetaData.Response response && response.getStatus() != 200) {
                    items.add(new Item.End(Code.INTERNAL, "the server answered with HTTP " + response.getStatus()));
                }
                from.demand();
            }

            @Override
            public void onDataAvailable(Stream from) {
                Stream.Data data = from.readData();
                if (data == null) {
                    from.demand();
                    return;
                }
                boolean last = data.frame().isEndStream();
                try {
                    received(data.frame().getByteBuffer());
                } finally {
                    data.release();
                }
                if (last) {
                    items.add(new Item.End(Code.INTERNAL, "the server ended " + method + " without a status"));
                } else {
                    from.demand();
                }
            }

            @Override
            public void onReset(Stream from, ResetFrame frame, Callback callback) {
                items.add(new Item.End(Code.UNAVAILABLE, "the server reset " + method));
                callback.succeeded();
            }

            @Override
            public void onFailure(Stream from, int error, String reason, Throwable failure, Callback callback) {
                items.add(new Item.End(Code.UNAVAILABLE, method + " was cut off: " + reason));
                callback.succeeded();
            }
        };
    }

    /** Trailers end a call; their message is percent-encoded UTF-8. */
    private void end(HttpFields trailers) {
        int code = Integer.parseInt(
                Optional.ofNullable(trailers.get("grpc-status")).orElse("2"));
        String text = Optional.ofNullable(trailers.get("grpc-message")).orElse("");
        String message = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        items.add(new Item.End(Code.of(code), message));
    }

    private void received(ByteBuffer bytes) {
        byte[] chunk = new byte[bytes.remaining()];
        bytes.get(chunk);
        pending.writeBytes(chunk);
        ByteBuffer all = ByteBuffer.wrap(pending.toByteArray());
        while (all.remaining() >= PREFIX_BYTES) {
            int length = all.getInt(all.position() + 1);
            if (length < 0 || length > LONGEST_MESSAGE) {
                items.add(new Item.End(Code.INTERNAL, method + " answered with " + length + " bytes"));
                return;
            }
            if (all.remaining() < PREFIX_BYTES + length) {
                break;
            }
            byte[] message = new byte[length];
            all.position(all.position() + PREFIX_BYTES);
            all.get(message);
            items.add(new Item.Message(message));
        }
        pending.reset();
        pending.write(all.array(), all.position(), all.remaining());
    }

    @Override
    public void close() {
        Stream open = stream;
        if (open != null && !ended && !open.isClosed()) {
            open.reset(new ResetFrame(open.getId(), ErrorCode.CANCEL_STREAM_ERROR.code), Callback.NOOP);
        }
    }
}
