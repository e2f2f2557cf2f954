package io.kantoku.cli;

import java.io.PrintStream;

/** Where commands print: results to standard output, everything about the way to standard error. */
public final class Console {
    private final PrintStream out;
    private final PrintStream err;

    public Console(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    public static Console standard() {
        return new Console(System.out, System.err);
    }

    public void result(String line) {
        out.println(line);
    }

    public void note(String line) {
        err.println(line);
    }
}
