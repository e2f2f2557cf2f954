package io.kantoku.client;

import java.time.Duration;
import java.time.InstantSource;

/** The clock that controllers live by: tells the time and runs actions later. One serves any number of controllers. */
public interface Timer extends InstantSource {
    /** Runs a short action after the delay, on a thread of the timer's. */
    Alarm after(Duration delay, Runnable action);

    /** An action that has not run yet. */
    @FunctionalInterface
    interface Alarm {
        /** Forgets the action if it has not begun. */
        void cancel();
    }

    /** The machine's clock, with one daemon thread that sleeps while nothing is due. */
    static Timer system() {
        return SystemTimer.INSTANCE;
    }
}
