package io.kantoku.loadbalancer.appliance;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What HAProxy's master says about its processes ({@code show proc}).
 *
 * @param masterPid the master
 * @param reloads how often it was reloaded
 * @param failed how many reloads have failed since the last one that worked
 * @param workers those that accept connections
 * @param oldWorkers those that only finish theirs
 */
record MasterState(long masterPid, int reloads, int failed, List<Long> workers, List<Long> oldWorkers) {
    private static final Pattern MASTER = Pattern.compile("(\\d+)\\s+master\\s+(\\d+)(?:\\s+\\[failed:\\s*(\\d+)])?.*");
    private static final Pattern WORKER = Pattern.compile("(\\d+)\\s+worker\\s+.*");

    static MasterState parse(String answer) {
        long master = 0;
        int reloads = 0;
        int failed = 0;
        List<Long> workers = new ArrayList<>();
        List<Long> oldWorkers = new ArrayList<>();
        boolean old = false;
        for (String line : answer.lines().toList()) {
            Matcher asMaster = MASTER.matcher(line);
            Matcher asWorker = WORKER.matcher(line);
            if (asMaster.matches()) {
                master = Long.parseLong(asMaster.group(1));
                reloads = Integer.parseInt(asMaster.group(2));
                failed = asMaster.group(3) == null ? 0 : Integer.parseInt(asMaster.group(3));
            } else if (line.startsWith("# old workers")) {
                old = true;
            } else if (asWorker.matches()) {
                (old ? oldWorkers : workers).add(Long.valueOf(asWorker.group(1)));
            }
        }
        return new MasterState(master, reloads, failed, List.copyOf(workers), List.copyOf(oldWorkers));
    }

    boolean known() {
        return masterPid != 0;
    }
}
