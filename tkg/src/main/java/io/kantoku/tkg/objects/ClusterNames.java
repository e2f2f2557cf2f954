package io.kantoku.tkg.objects;

import io.kantoku.apimachinery.SafeNames;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The names of what belongs to one guest cluster. Pure. */
public final class ClusterNames {
    private static final int SUFFIX = 5;
    private static final int HASH = 10;

    private ClusterNames() {}

    public static String controlPlane(String cluster) {
        return cluster + "-control-plane";
    }

    public static String controlPlaneService(String cluster) {
        return cluster + "-control-plane-service";
    }

    /** A template of masters; another content has another name, since templates do not change. */
    public static String controlPlaneTemplate(String cluster, String content) {
        return controlPlane(cluster) + "-" + encode(content, SUFFIX);
    }

    /** The workers' deployment, and the templates with its first content. */
    public static String workers(String cluster, String uid) {
        return cluster + "-workers-" + encode(uid + "/workers", SUFFIX);
    }

    public static String workersTemplate(String cluster, String content) {
        return cluster + "-workers-" + encode(content, SUFFIX);
    }

    /** A machine set of a deployment, by the content of its template. */
    public static String machineSet(String deployment, String content) {
        return deployment + "-" + encode(content, HASH);
    }

    /** What the machine's system is started with. */
    public static String cloudInit(String machine) {
        return machine + "-cloud-init";
    }

    public static String secret(String cluster, String purpose) {
        return cluster + "-" + purpose;
    }

    public static String networkInterface(String network, String vm) {
        return network + "-" + vm;
    }

    /** Hexadecimal digits of a digest of the text. */
    public static String hex(String text, int digits) {
        return HexFormat.of().formatHex(digest(text)).substring(0, digits);
    }

    /** Letters of the Kubernetes alphabet that the text determines. */
    public static String encode(String text, int length) {
        byte[] digest = digest(text);
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < length; i++) {
            digits.append((char) (digest[i] & 0xff));
        }
        return SafeNames.encode(digits.toString());
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
