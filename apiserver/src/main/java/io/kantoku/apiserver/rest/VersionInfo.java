package io.kantoku.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The answer of {@code /version}. */
final class VersionInfo {
    private static final Pattern GIT_VERSION = Pattern.compile("v(\\d+)\\.(\\d+).*");

    /** From this minor on an answer tells which releases the server can behave as (KEP-4330). */
    private static final int TELLS_COMPATIBILITY = 33;

    private VersionInfo() {}

    /** The minor of a version such as {@code v1.29.3+kantoku.1}; 0 when it is none. */
    static int minor(String gitVersion) {
        Matcher match = GIT_VERSION.matcher(gitVersion);
        return match.matches() ? Integer.parseInt(match.group(2)) : 0;
    }

    static ObjectNode of(String gitVersion) {
        Matcher match = GIT_VERSION.matcher(gitVersion);
        boolean known = match.matches();
        ObjectNode info = Json.object();
        info.put("major", known ? match.group(1) : "");
        info.put("minor", known ? match.group(2) : "");
        int minor = minor(gitVersion);
        if (minor >= TELLS_COMPATIBILITY) {
            info.put("emulationMajor", match.group(1)).put("emulationMinor", match.group(2));
            info.put("minCompatibilityMajor", match.group(1)).put("minCompatibilityMinor", Integer.toString(minor - 1));
        }
        info.put("gitVersion", gitVersion);
        info.put("gitCommit", digest(gitVersion));
        info.put("gitTreeState", "clean");
        info.put("buildDate", "1970-01-01T00:00:00Z");
        info.put("goVersion", "none");
        info.put("compiler", "javac");
        info.put("platform", "linux/" + (System.getProperty("os.arch", "").equals("aarch64") ? "arm64" : "amd64"));
        return info;
    }

    /** As long as a commit's name, which is not known: clients look for hexadecimal digits and would stop at none. */
    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 20);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
