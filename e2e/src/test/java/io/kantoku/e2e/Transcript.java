package io.kantoku.e2e;

import java.util.regex.Pattern;

/** What commands printed, without what differs from run to run: times, identities, addresses, versions, widths of columns. */
final class Transcript {
    private record Rule(Pattern pattern, String replacement) {}

    private static final Rule[] RULES = {
        rule("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z", "TIME"),
        rule("(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d \\+0000", "TIME"),
        rule("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d \\+0000 UTC", "TIME"),
        rule("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UID"),
        rule("(resourceVersion|Resource Version|observed-generation)(\"?:\\s*)\"?\\d+\"?", "$1$2N"),
        rule("(https://)?127\\.\\d+\\.\\d+\\.\\d+:\\d+", "$1SERVER"),
        rule("\\b127\\.\\d+\\.\\d+\\.\\d+\\b", "ADDRESS"),
        rule("(?<=\\d:)3[0-2]\\d{3}(?=/TCP)", "PORT"),
        rule("v\\d+\\.\\d+\\.\\d+[-+.\\w]*", "VERSION"),
        rule("version\\.Info\\{[^}]*\\}", "VERSION"),
        rule("/tmp/(LIVE|MERGED)-\\d+", "/tmp/$1"),
        rule("192\\.168\\.\\d+\\.\\d+|10\\.(9[6-9]|10\\d|11[0-2]|244)\\.\\d+\\.\\d+", "IP"),
        rule("^Waiting for deployment .*\\n", ""),
        rule("(/(LIVE|MERGED)/\\S+)\\s.*$", "$1"),
        rule("^[-+]\\s+time: \"TIME\"\\n", ""),
        rule("^@@ .*\\n", ""),
        rule("Context \"\\S+\"", "Context \"NAME\""),
        rule("kube-api-access-[a-z0-9]{5}", "kube-api-access-RANDOM"),
        rule("\\d+\\.\\d+\\.\\d+-\\S*fc\\S*|(?<=Kernel Version:)\\s+\\S+", "KERNEL"),
        rule("(default-token)-[bcdf-hj-np-tv-z2-9]{5}", "$1-RANDOM"),
        rule("pod-template-hash=[a-z0-9]+", "pod-template-hash=HASH"),
        rule("controller-uid=\\S+", "controller-uid=UID"),
        rule(
                "\\b(web|once|by-hand|agent)-([a-f0-9]{6,10}|[bcdf-hj-np-tv-z2-9]{6,10})-[bcdf-hj-np-tv-z2-9]{5}\\b",
                "$1-HASH-RANDOM"),
        rule("\\b(web|once|by-hand|agent)-[bcdf-hj-np-tv-z2-9]{5}\\b", "$1-RANDOM"),
        rule("\\b(web)-[a-f0-9]{6,10}\\b", "$1-HASH"),
        rule("(?<=\\s|\\(|^)(\\d+d)?(\\d+h)?(\\d+m)?\\d+(\\.\\d+)?m?[smhd](?=\\s|\\)|$)", "AGE"),
        rule("<unknown>|<invalid>", "AGE"),
        rule("AGE \\(x\\d+ over AGE\\)", "AGE"),
        rule(
                "(Deployment/web\\s+\\S+(?: \\S+)?\\s+1\\s+4)\\s+[01]",
                "$1  N"), // before or after the autoscaler has looked
        rule("[ \\t]{2,}", "  "),
        rule("[ \\t]+$", ""),
        // What has no order of its own: conditions by who wrote first, data as old clients print maps.
        rule(
                "^( +)PodScheduled  True\\n((?: +(?:Initialized|Ready|ContainersReady)  True\\n)+)",
                "$2$1PodScheduled  True\n"),
        rule("^size:\\n----\\n3\\n(\\n?)colour:\\n----\\nblue\\n", "colour:\n----\nblue\n$1size:\n----\n3\n"),
    };

    private Transcript() {}

    static String normal(String text) {
        String result = text;
        for (Rule rule : RULES) {
            result = rule.pattern.matcher(result).replaceAll(rule.replacement);
        }
        return result;
    }

    private static Rule rule(String pattern, String replacement) {
        return new Rule(Pattern.compile(pattern, Pattern.MULTILINE), replacement);
    }
}
