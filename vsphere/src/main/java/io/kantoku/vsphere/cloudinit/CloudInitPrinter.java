package io.kantoku.vsphere.cloudinit;

import static java.util.stream.Collectors.joining;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;

/** Prints {@link CloudInit} as a cloud-config document. */
final class CloudInitPrinter {
    private static final int CONTENT_INDENT = 6;

    private final StringBuilder out =
            new StringBuilder(1024).append(CloudInit.HEADER).append('\n');

    private CloudInitPrinter() {}

    static String print(CloudInit config) {
        CloudInitPrinter printer = new CloudInitPrinter();
        printer.document(config);
        return printer.out.toString();
    }

    private void document(CloudInit config) {
        if (!config.hostname().isEmpty()) {
            line("hostname: " + YamlText.quoted(config.hostname()));
        }
        if (!config.users().isEmpty()) {
            line("users:");
            config.users().forEach(this::user);
        }
        if (!config.files().isEmpty()) {
            line("write_files:");
            config.files().forEach(this::file);
        }
        if (!config.commands().isEmpty()) {
            line("runcmd:");
            config.commands().forEach(this::command);
        }
        if (config.equals(CloudInit.EMPTY)) {
            line("{}");
        }
    }

    private void user(User user) {
        line("  - name: " + YamlText.quoted(user.name()));
        optional("groups", user.groups());
        optional("shell", user.shell());
        optional("sudo", user.sudo());
        optional("passwd", user.passwordHash());
        if (user.passwordLocked() != null) {
            line("    lock_passwd: " + user.passwordLocked());
        }
        if (!user.authorizedKeys().isEmpty()) {
            line("    ssh_authorized_keys:");
            user.authorizedKeys().forEach(key -> line("      - " + YamlText.quoted(key)));
        }
    }

    private void file(WriteFile file) {
        line("  - path: " + YamlText.quoted(file.path()));
        line("    permissions: " + YamlText.quoted(file.permissions()));
        optional("owner", file.owner());
        switch (file.encoding()) {
            case TEXT -> line("    content: " + YamlText.block(file.text(), CONTENT_INDENT));
            case BASE64 -> encoded("b64", file.content().bytes());
            case GZIP_BASE64 -> encoded("gz+b64", gzip(file.content().bytes()));
        }
    }

    private void encoded(String encoding, byte[] bytes) {
        line("    encoding: " + YamlText.quoted(encoding));
        line("    content: " + YamlText.quoted(Base64.getEncoder().encodeToString(bytes)));
    }

    private void command(Command command) {
        switch (command) {
            case Command.Shell(String shell) -> line("  - " + YamlText.block(shell, 4));
            case Command.Exec(var words) ->
                line("  - " + words.stream().map(YamlText::quoted).collect(joining(", ", "[", "]")));
        }
    }

    private void optional(String key, String value) {
        if (!value.isEmpty()) {
            line("    " + key + ": " + YamlText.quoted(value));
        }
    }

    private void line(String text) {
        out.append(text).append('\n');
    }

    static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail to be written", e);
        }
        return compressed.toByteArray();
    }
}
