package io.kantoku.cli.instance;

/** Hears what a long operation does, for people to read. */
@FunctionalInterface
public interface Progress {
    void step(String what);
}
