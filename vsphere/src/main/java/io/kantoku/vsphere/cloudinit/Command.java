package io.kantoku.vsphere.cloudinit;

import io.kantoku.vsphere.VsphereException;
import java.util.List;

/** A command of {@code runcmd}. */
public sealed interface Command {
    /** A line for the shell. */
    record Shell(String line) implements Command {}

    /** A program with its arguments, run as they are. */
    record Exec(List<String> words) implements Command {
        public Exec {
            words = List.copyOf(words);
            if (words.isEmpty()) {
                throw VsphereException.invalid("a command of runcmd needs a program");
            }
        }
    }

    static Command shell(String line) {
        return new Shell(line);
    }

    static Command exec(String... words) {
        return new Exec(List.of(words));
    }
}
