package io.kantoku.lab;

/** Signals that children understand; the numbers are those of every Linux architecture that the JDK runs on. */
public enum Signal {
    HUP(1),
    INT(2),
    KILL(9),
    USR1(10),
    USR2(12),
    TERM(15);

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
