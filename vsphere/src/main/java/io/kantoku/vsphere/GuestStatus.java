package io.kantoku.vsphere;

import io.kantoku.vsphere.net.Ipv4Address;
import java.time.Instant;
import java.util.List;

/**
 * What the system inside a machine says about itself.
 *
 * @param message for people: what it does or waits for, or why it failed; may be empty
 * @param addresses the addresses that it answers on
 * @param since when the state was entered
 */
public record GuestStatus(State state, String message, List<Ipv4Address> addresses, Instant since) {
    /** The life of a guest system. */
    public enum State {
        /** The machine is off. */
        NOT_RUNNING,
        BOOTING,
        RUNNING,
        /** It ended although the machine is on; only a restart helps. */
        FAILED
    }

    public GuestStatus {
        addresses = List.copyOf(addresses);
    }

    public static GuestStatus notRunning(Instant since) {
        return new GuestStatus(State.NOT_RUNNING, "", List.of(), since);
    }

    public static GuestStatus booting(String message, Instant since) {
        return new GuestStatus(State.BOOTING, message, List.of(), since);
    }

    public static GuestStatus running(List<Ipv4Address> addresses, Instant since) {
        return new GuestStatus(State.RUNNING, "", addresses, since);
    }

    public static GuestStatus failed(String reason, Instant since) {
        return new GuestStatus(State.FAILED, reason, List.of(), since);
    }
}
