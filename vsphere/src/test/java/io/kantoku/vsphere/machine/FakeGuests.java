package io.kantoku.vsphere.machine;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A guest system that reports itself running at once, unless told otherwise, and remembers what happened to it. */
public final class FakeGuests implements GuestOs {
    /** What a guest does while it boots. */
    public interface Script {
        void boot(GuestContext context) throws IOException, InterruptedException;
    }

    /** What a guest does when it is stopped. */
    public interface End {
        void stop(GuestContext context, StopMode mode);
    }

    public final List<GuestContext> boots = new CopyOnWriteArrayList<>();
    public final BlockingQueue<String> stops = new LinkedBlockingQueue<>();
    private volatile Script script = context -> context.report()
            .running(context.nics().stream().map(nic -> nic.address().address()).toList());
    private volatile End end = (context, mode) -> {};

    public FakeGuests booting(Script changed) {
        script = changed;
        return this;
    }

    public FakeGuests stopping(End changed) {
        end = changed;
        return this;
    }

    @Override
    public RunningGuest boot(GuestContext context) throws IOException, InterruptedException {
        boots.add(context);
        script.boot(context);
        return mode -> {
            end.stop(context, mode);
            stops.add(context.name() + " " + mode);
        };
    }

    /** The next stop that was completed. */
    public String nextStop() throws InterruptedException {
        String stop = stops.poll(10, TimeUnit.SECONDS);
        return stop == null ? "none within 10 s" : stop;
    }
}
