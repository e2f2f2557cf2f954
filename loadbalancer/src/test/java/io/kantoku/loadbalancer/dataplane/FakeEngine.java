package io.kantoku.loadbalancer.dataplane;

import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.DataPlaneException.Code;
import io.kantoku.loadbalancer.model.HaproxyConfig;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Serves nothing; remembers what it was told to serve, and refuses what a test wants it to refuse. */
public final class FakeEngine implements Realisation {
    public final List<HaproxyConfig> reloads = new CopyOnWriteArrayList<>();
    /** Of the runtime API. */
    public final List<String> commands = new CopyOnWriteArrayList<>();
    /** Configurations that hold this text are refused at once. */
    public volatile String invalid = "203.0.113.";
    /** Reloads to configurations that hold this text fail. */
    public volatile @Nullable String unloadable;
    /** Each reload takes a permit. */
    public final Semaphore permits = new Semaphore(1_000_000);

    @Override
    public void check(HaproxyConfig current, HaproxyConfig candidate) {
        if (candidate.print().contains(invalid)) {
            throw DataPlaneException.badRequest("parsing [haproxy.cfg:7]: " + invalid + " is refused");
        }
    }

    @Override
    public boolean applyAtRuntime(HaproxyConfig current, HaproxyConfig candidate) {
        return false;
    }

    @Override
    public void reload(HaproxyConfig config) {
        permits.acquireUninterruptibly();
        String bad = unloadable;
        if (bad != null && config.print().contains(bad)) {
            throw new DataPlaneException(Code.RELOAD_FAILED, "cannot load " + bad);
        }
        reloads.add(config);
    }

    @Override
    public String runtime(String command) {
        commands.add(command);
        return switch (command) {
            case "show info" -> "Name: HAProxy\nVersion: 2.6.12\nUptime_sec: 5\n";
            case "show servers state be" -> """
                    1
                    # be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_port
                    3 be 1 s1 10.0.0.1 2 0 80
                    3 be 2 s2 10.0.0.2 0 1 80
                    """;
            case "show stat" -> """
                    # pxname,svname,scur,status,type,
                    fe,FRONTEND,1,OPEN,0,
                    be,s1,0,UP,2,
                    be,BACKEND,0,UP,1,
                    """;
            case "show table" -> "# table: clients, type: ip, size:1048576, used:2\n";
            case "show table clients" -> """
                    # table: clients, type: ip, size:1048576, used:2
                    0x55d1: key=10.0.0.1 use=0 exp=29000 gpc0=1 conn_rate(3000)=3
                    0x55d2: key=10.0.0.2 use=1 exp=100 gpc0=0 conn_rate(3000)=0
                    """;
            case "set server be/s1 state drain", "set server be/s1 weight 5" -> "";
            default -> command.startsWith("show servers state") ? "Can't find backend.\n" : "Unknown command\n";
        };
    }

    @Override
    public boolean running() {
        return true;
    }
}
