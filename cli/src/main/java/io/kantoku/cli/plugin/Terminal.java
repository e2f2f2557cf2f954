package io.kantoku.cli.plugin;

import java.util.Optional;

/** Asks the person at the keyboard. */
interface Terminal {
    /** Asks for a line of text; empty at the end of the input. */
    Optional<String> readLine(String prompt);

    /**
     * Asks for a line of text that is not shown; empty at the end of the input.
     *
     * @throws PluginException when there is no terminal to ask on
     */
    Optional<String> readPassword(String prompt);

    /** Whether errors are read by a person rather than by a program. */
    boolean showsErrors();
}
