package io.kantoku.vsphere.cloudinit;

import io.kantoku.vsphere.SecretBytes;
import io.kantoku.vsphere.VsphereException;
import java.util.regex.Pattern;

/**
 * A file that is written at boot.
 *
 * @param path absolute
 * @param permissions octal, for example {@code 0600}
 * @param owner {@code user:group}; {@code ""} for root
 * @param content never shown, since it may be a key
 * @param encoding how the document carries the content; content that is not text travels as base64 in any case
 */
public record WriteFile(String path, String permissions, String owner, SecretBytes content, Encoding encoding) {
    private static final Pattern PERMISSIONS = Pattern.compile("[0-7]{3,5}");

    /** How a document carries a file's content. */
    public enum Encoding {
        TEXT,
        BASE64,
        GZIP_BASE64
    }

    public WriteFile {
        if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
            throw VsphereException.invalid("'" + path + "' is not an absolute path of a file to write");
        }
        if (!PERMISSIONS.matcher(permissions).matches()) {
            throw VsphereException.invalid("'" + permissions + "' is not a file mode such as 0644, for " + path);
        }
        if (encoding == Encoding.TEXT && content.text().isEmpty()) {
            encoding = Encoding.BASE64;
        }
    }

    public static WriteFile of(String path, String permissions, String content) {
        return new WriteFile(path, permissions, "root:root", SecretBytes.utf8(content), Encoding.TEXT);
    }

    /** The content as text; {@code INVALID_ARGUMENT} when it is not. */
    public String text() {
        return content.text().orElseThrow(() -> VsphereException.invalid("the content of " + path + " is not text"));
    }
}
