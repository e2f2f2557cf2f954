package io.kantoku.transport;

import io.kantoku.transport.HttpRequest.Header;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpException;

/**
 * The status line and headers of an answer in HTTP/1.1 (RFC 9112), for connections that do not belong to Jetty.
 *
 * @param headers as they came
 */
record UpgradeHead(int status, List<Header> headers) {
    private static final int LONGEST = 64 * 1024;
    private static final int LONGEST_BODY = 64 * 1024;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-9][0-9]{2})(?: .*)?");
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern TARGET = Pattern.compile("/[!-~]*");

    /** The head of a request; nothing in it can end a line early. */
    static String request(HttpRequest request) {
        Target target = request.target();
        if (!TARGET.matcher(request.path()).matches()
                || !TOKEN.matcher(request.method()).matches()) {
            throw new IllegalArgumentException("not a request line: " + request);
        }
        StringBuilder head = new StringBuilder();
        head.append(request.method()).append(' ').append(request.path()).append(" HTTP/1.1\r\n");
        if (HttpResponse.first(request.headers(), "Host").isEmpty()) {
            String host = target.host().indexOf(':') >= 0 ? "[" + target.host() + "]" : target.host();
            append(head, "Host", host + ":" + target.port());
        }
        if (request.body().length > 0 || !request.method().equals("GET")) {
            append(head, "Content-Length", Integer.toString(request.body().length));
        }
        request.headers().forEach(header -> append(head, header.name(), header.value()));
        return head.append("\r\n").toString();
    }

    private static void append(StringBuilder head, String name, String value) {
        boolean plain = value.chars().noneMatch(c -> (c < ' ' && c != '\t') || c == 0x7f || c > 0xff);
        if (!plain || !TOKEN.matcher(name).matches()) {
            throw new IllegalArgumentException("the header " + name + " cannot be sent");
        }
        head.append(name).append(": ").append(value).append("\r\n");
    }

    /** Reads up to and with the empty line. */
    static UpgradeHead read(InputStream in) throws IOException {
        List<Header> headers = new ArrayList<>();
        int[] left = {LONGEST};
        Matcher status = STATUS.matcher(line(in, left));
        if (!status.matches()) {
            throw new Malformed("it does not begin with a status line");
        }
        for (String line = line(in, left); !line.isEmpty(); line = line(in, left)) {
            int colon = line.indexOf(':');
            if (colon < 1 || !TOKEN.matcher(line.substring(0, colon)).matches()) {
                throw new Malformed("a header line is malformed");
            }
            headers.add(new Header(
                    line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        return new UpgradeHead(Integer.parseInt(status.group(1)), List.copyOf(headers));
    }

    private static String line(InputStream in, int[] left) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(80);
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the connection ended within the head of the answer");
            }
            if (--left[0] < 0) {
                throw new Malformed("its head is too long");
            }
            line.write(c);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    /** The body of an answer that is not a switch, or the first 64 KiB of it. */
    byte[] body(InputStream in) throws IOException {
        if (status == 204 || status == 304) {
            return new byte[0];
        }
        Optional<String> coding = HttpResponse.first(headers, "Transfer-Encoding");
        if (coding.isPresent() && coding.get().equalsIgnoreCase("chunked")) {
            return chunks(in);
        }
        Optional<String> length = HttpResponse.first(headers, "Content-Length");
        try {
            long announced = length.map(Long::parseLong).orElse((long) LONGEST_BODY);
            return in.readNBytes(Math.clamp(announced, 0, LONGEST_BODY));
        } catch (NumberFormatException e) {
            throw new Malformed("its Content-Length is no number");
        }
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int[] left = {LONGEST};
        while (body.size() < LONGEST_BODY) {
            String line = line(in, left);
            int semicolon = line.indexOf(';');
            int size;
            try {
                size = Integer.parseUnsignedInt((semicolon < 0 ? line : line.substring(0, semicolon)).strip(), 16);
            } catch (NumberFormatException e) {
                throw new Malformed("the size of a chunk is no number");
            }
            if (size <= 0) {
                break;
            }
            body.write(in.readNBytes(Math.min(size, LONGEST_BODY)));
            line(in, left);
        }
        return body.toByteArray();
    }

    /** An answer that is not HTTP; {@link Failures} tells by its cause. */
    private static final class Malformed extends IOException {
        private static final long serialVersionUID = 1L;

        Malformed(String what) {
            super(new HttpException.RuntimeException(502, what));
        }
    }
}
