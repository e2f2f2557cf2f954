package io.kantoku.cli.plugin;

import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** The terminal of the process; when input or output is redirected, passwords are asked on the controlling terminal. */
final class SystemTerminal implements Terminal {
    private static final File CONTROLLING = new File("/dev/tty");

    private final PrintStream out;

    SystemTerminal(PrintStream out) {
        this.out = out;
    }

    /** Some consoles of the JDK are there without a terminal. */
    private static Optional<Console> console() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal);
    }

    @Override
    public Optional<String> readLine(String prompt) {
        Optional<Console> console = console();
        if (console.isPresent()) {
            return Optional.ofNullable(console.get().readLine("%s", prompt));
        }
        out.print(prompt);
        out.flush();
        try {
            return line(System.in);
        } catch (IOException e) {
            throw new PluginException("the answer to \"" + prompt.strip() + "\" cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<String> readPassword(String prompt) {
        Optional<Console> console = console();
        if (console.isPresent()) {
            char[] password = console.get().readPassword("%s", prompt);
            return password == null ? Optional.empty() : Optional.of(new String(password));
        }
        try (InputStream controlling = new FileInputStream(CONTROLLING)) {
            out.print(prompt);
            out.flush();
            return readWithoutEcho(controlling);
        } catch (IOException e) {
            throw new PluginException(
                    "there is no terminal to ask for the password on; give it in the environment variable "
                            + LoginCommand.PASSWORD_VARIABLE,
                    e);
        }
    }

    private Optional<String> readWithoutEcho(InputStream controlling) throws IOException {
        Thread restore = new Thread(() -> echo(true));
        Runtime.getRuntime().addShutdownHook(restore); // for an interrupt from the keyboard
        try {
            if (!echo(false)) {
                throw new IOException("stty failed");
            }
            return line(controlling);
        } finally {
            echo(true);
            Runtime.getRuntime().removeShutdownHook(restore);
            out.println();
        }
    }

    private static boolean echo(boolean on) {
        try {
            return new ProcessBuilder("stty", on ? "echo" : "-echo")
                            .redirectInput(CONTROLLING)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Byte by byte: what follows the line belongs to the next question. */
    private static Optional<String> line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        if (next < 0) {
            return Optional.empty();
        }
        while (next >= 0 && next != '\n') {
            line.write(next);
            next = in.read();
        }
        String text = line.toString(StandardCharsets.UTF_8);
        return Optional.of(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
    }

    /** Java has no isatty: Linux tells by what the descriptor is linked to, elsewhere input and output must do. */
    @Override
    public boolean showsErrors() {
        Path descriptor = Path.of("/proc/self/fd/2");
        try {
            String opened = Files.readSymbolicLink(descriptor).toString();
            return opened.startsWith("/dev/pts/") || opened.startsWith("/dev/tty") || opened.equals("/dev/console");
        } catch (IOException | InvalidPathException | UnsupportedOperationException e) {
            return console().isPresent();
        }
    }
}
