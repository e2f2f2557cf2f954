package io.kantoku.cli.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A person who always gives the same answers. */
record FakeTerminal(String line, String password, boolean showsErrors, List<String> prompts) implements Terminal {
    FakeTerminal(String line, String password) {
        this(line, password, false, new ArrayList<>());
    }

    @Override
    public Optional<String> readLine(String prompt) {
        prompts.add(prompt);
        return Optional.of(line).filter(text -> !text.isEmpty());
    }

    @Override
    public Optional<String> readPassword(String prompt) {
        prompts.add(prompt);
        return Optional.of(password).filter(text -> !text.isEmpty());
    }
}
