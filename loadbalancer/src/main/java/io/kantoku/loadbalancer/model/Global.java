package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings of the whole process. Times are milliseconds. */
public record Global(
        @Nullable String chroot,
        @Nullable String user,
        @Nullable String group,
        @Nullable Flag daemon,
        @JsonProperty("master-worker") @Nullable Boolean masterWorker,
        @Nullable Integer maxconn,
        @Nullable Integer nbproc,
        @Nullable Integer nbthread,
        @Nullable String pidfile,
        @JsonProperty("hard_stop_after") @Nullable Integer hardStopAfter,
        @JsonProperty("stats_timeout") @Nullable Integer statsTimeout,
        @JsonProperty("runtime_apis") @Nullable List<RuntimeApi> runtimeApis)
        implements ApiObject {
    public Global {
        runtimeApis = runtimeApis == null ? null : List.copyOf(runtimeApis);
    }

    /** A socket of the runtime API: {@code stats socket …}. */
    public record RuntimeApi(
            @Nullable String address,
            @Nullable String level,
            @Nullable String mode,
            @Nullable String process,
            @Nullable Boolean exposeFdListeners) {
        static RuntimeApi read(Words words) {
            return new RuntimeApi(
                    words.at(2),
                    Parameters.text(words, "level"),
                    Parameters.text(words, "mode"),
                    Parameters.text(words, "process"),
                    words.after("expose-fd").equals("listeners") ? true : null);
        }

        Words write() {
            return new Parameters("stats", "socket", address == null ? "" : address)
                    .add("level", level)
                    .add("mode", mode)
                    .add("process", process)
                    .add("expose-fd", Boolean.TRUE.equals(exposeFdListeners) ? "listeners" : null)
                    .words();
        }
    }

    static Global read(Section s) {
        List<RuntimeApi> apis =
                s.lines("stats", "socket").stream().map(RuntimeApi::read).toList();
        return new Global(
                s.value("chroot"),
                s.value("user"),
                s.value("group"),
                Flag.present(!s.lines("daemon").isEmpty()),
                s.lines("master-worker").isEmpty() ? null : true,
                s.integer("maxconn"),
                s.integer("nbproc"),
                s.integer("nbthread"),
                s.value("pidfile"),
                s.millis("hard-stop-after"),
                s.millis("stats", "timeout"),
                apis.isEmpty() ? null : apis);
    }

    Section write(Section s) {
        Section changed = s.set(chroot, "chroot")
                .set(user, "user")
                .set(group, "group")
                .setFlag(daemon == Flag.ENABLED, "daemon")
                .setFlag(Boolean.TRUE.equals(masterWorker), "master-worker")
                .set(maxconn, "maxconn")
                .set(nbproc, "nbproc")
                .set(nbthread, "nbthread")
                .set(pidfile, "pidfile")
                .set(hardStopAfter, "hard-stop-after")
                .set(statsTimeout, "stats", "timeout");
        List<Words> sockets = new ArrayList<>();
        for (RuntimeApi api : runtimeApis == null ? List.<RuntimeApi>of() : runtimeApis) {
            sockets.add(api.write());
        }
        return changed.replaceAll(old -> old.startsWith("stats", "socket"), sockets);
    }

    @Override
    public void validate() {
        Names.checkText("chroot", chroot);
        Names.checkText("user", user);
        Names.checkText("group", group);
        Names.checkText("pidfile", pidfile);
        for (RuntimeApi api : runtimeApis == null ? List.<RuntimeApi>of() : runtimeApis) {
            Names.checkPresent("runtime_apis.address", api.address());
            Names.checkText("runtime_apis.level", api.level());
            Names.checkText("runtime_apis.mode", api.mode());
            Names.checkText("runtime_apis.process", api.process());
        }
    }
}
