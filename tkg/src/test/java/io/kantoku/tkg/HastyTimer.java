package io.kantoku.tkg;

import io.kantoku.client.Timer;
import java.time.Duration;
import java.time.Instant;

/** The machine's clock, with delays that pass several times as fast: what takes a minute is over in seconds. */
record HastyTimer(int speed) implements Timer {
    @Override
    public Instant instant() {
        return Timer.system().instant();
    }

    @Override
    public Alarm after(Duration delay, Runnable action) {
        return Timer.system().after(delay.dividedBy(speed), action);
    }

    /** Returns when that much time has passed by this clock. */
    void pass(Duration time) throws InterruptedException {
        Thread.sleep(time.dividedBy(speed));
    }
}
