package io.kantoku.loadbalancer.dataplane;

import io.kantoku.loadbalancer.model.DataPlaneException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of a form ({@code multipart/form-data}, RFC 7578). Not a record: its content is bytes.
 */
final class Upload {
    private static final Pattern BOUNDARY =
            Pattern.compile("(?i)multipart/form-data;.*boundary=\"?([^\";]{1,70})\"?.*");
    private static final Pattern FILE_NAME = Pattern.compile("(?i)filename=\"([^\"]*)\"");
    private static final String BLANK_LINE = "\r\n\r\n";

    private final String name;
    private final byte[] content;

    private Upload(String name, byte[] content) {
        this.name = name;
        this.content = content;
    }

    /**
     * The file in the form's field.
     *
     * @throws DataPlaneException BAD_REQUEST when there is none
     */
    static Upload of(String contentType, byte[] form, String field) {
        Matcher boundary = BOUNDARY.matcher(contentType);
        if (!boundary.matches()) {
            throw DataPlaneException.badRequest("the body must be multipart/form-data with a file in " + field);
        }
        String text = new String(form, StandardCharsets.ISO_8859_1); // a character for each byte
        String delimiter = "--" + boundary.group(1);
        for (String part : text.split(Pattern.quote(delimiter), -1)) {
            int head = part.indexOf(BLANK_LINE);
            if (head >= 0 && part.substring(0, head).contains("name=\"" + field + "\"")) {
                Matcher file = FILE_NAME.matcher(part.substring(0, head));
                String body = part.substring(head + BLANK_LINE.length());
                return new Upload(
                        file.find() ? file.group(1) : "",
                        (body.endsWith("\r\n") ? body.substring(0, body.length() - 2) : body)
                                .getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        throw DataPlaneException.badRequest("the form has no file in " + field);
    }

    String name() {
        return name;
    }

    byte[] content() {
        return content.clone();
    }
}
