package io.kantoku.apiserver.streams;

import io.kantoku.transport.Exchange;
import java.util.ArrayList;
import java.util.List;

/** The streams that an {@code exec} or {@code attach} asks for, by their channels of {@code v4.channel.k8s.io}. */
record RemoteCommand(boolean stdin, boolean stdout, boolean stderr, boolean tty) {
    static final int STDIN = 0;
    static final int STDOUT = 1;
    static final int STDERR = 2;
    static final int ERROR = 3;
    static final int RESIZE = 4;

    /** @throws io.kantoku.apimachinery.ApiException never; a request without any stream is the kubelet's to refuse */
    static RemoteCommand of(Exchange exchange) {
        boolean tty = exchange.flag("tty");
        return new RemoteCommand(exchange.flag("stdin"), exchange.flag("stdout"), exchange.flag("stderr") && !tty, tty);
    }

    /** The query for the kubelet, which has other names for them. */
    void addTo(Query query) {
        if (stdin) {
            query.add("input", "1");
        }
        if (stdout) {
            query.add("output", "1");
        }
        if (stderr) {
            query.add("error", "1");
        }
        if (tty) {
            query.add("tty", "1");
        }
    }

    /** The channels in the order in which their streams are opened; the one for errors comes first, as upstream has it. */
    List<Integer> channels() {
        List<Integer> channels = new ArrayList<>(List.of(ERROR));
        if (stdin) {
            channels.add(STDIN);
        }
        if (stdout) {
            channels.add(STDOUT);
        }
        if (stderr) {
            channels.add(STDERR);
        }
        if (tty) {
            channels.add(RESIZE);
        }
        return channels;
    }

    /** The {@code streamType} of a channel. */
    static String type(int channel) {
        return switch (channel) {
            case STDIN -> "stdin";
            case STDOUT -> "stdout";
            case STDERR -> "stderr";
            case ERROR -> "error";
            case RESIZE -> "resize";
            default -> throw new IllegalArgumentException("there is no channel " + channel);
        };
    }

    /** The lowest channel that the server writes to. */
    int firstOut() {
        return stdout ? STDOUT : stderr ? STDERR : ERROR;
    }
}
