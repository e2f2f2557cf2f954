package io.kantoku.loadbalancer.dataplane;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.random.RandomGenerator;

/** Password hashes as crypt(3) makes them with SHA-512, {@code $6$salt$hash}, by Ulrich Drepper's specification of 2008. */
public final class Sha512Crypt {
    private static final String ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final String PREFIX = "$6$";
    private static final String ROUNDS = "rounds=";
    private static final int DEFAULT_ROUNDS = 5000;
    private static final int SALT_LENGTH = 16;

    private Sha512Crypt() {}

    /** A hash with a new salt. */
    public static String hash(String password, RandomGenerator random) {
        StringBuilder salt = new StringBuilder();
        for (int i = 0; i < SALT_LENGTH; i++) {
            salt.append(ALPHABET.charAt(random.nextInt(64)));
        }
        return hash(password, PREFIX + salt);
    }

    public static boolean verify(String password, String stored) {
        return stored.startsWith(PREFIX)
                && MessageDigest.isEqual(
                        hash(password, stored).getBytes(StandardCharsets.UTF_8),
                        stored.getBytes(StandardCharsets.UTF_8));
    }

    /** The hash with the salt and rounds of a setting such as {@code $6$rounds=10000$salt$…}. */
    static String hash(String password, String setting) {
        String rest = setting.substring(PREFIX.length());
        int rounds = DEFAULT_ROUNDS;
        String roundsText = "";
        if (rest.startsWith(ROUNDS)) {
            int end = rest.indexOf('$');
            if (end > ROUNDS.length()
                    && rest.substring(ROUNDS.length(), end).chars().allMatch(Character::isDigit)) {
                long asked = Long.parseLong(rest.substring(ROUNDS.length(), Math.min(end, ROUNDS.length() + 18)));
                rounds = (int) Math.clamp(asked, 1000L, 999_999L);
                roundsText = ROUNDS + rounds + "$";
                rest = rest.substring(end + 1);
            }
        }
        int saltEnd = rest.indexOf('$');
        String salt = saltEnd < 0 ? rest : rest.substring(0, saltEnd);
        salt = salt.substring(0, Math.min(SALT_LENGTH, salt.length()));
        byte[] digest =
                digest(password.getBytes(StandardCharsets.UTF_8), salt.getBytes(StandardCharsets.UTF_8), rounds);
        return PREFIX + roundsText + salt + "$" + encode(digest);
    }

    private static byte[] digest(byte[] key, byte[] salt, int rounds) {
        MessageDigest sha = sha512();
        sha.update(key);
        sha.update(salt);
        sha.update(key);
        byte[] b = sha.digest();

        sha.update(key);
        sha.update(salt);
        sha.update(repeat(b, key.length));
        for (int n = key.length; n > 0; n >>= 1) {
            sha.update((n & 1) == 1 ? b : key);
        }
        byte[] a = sha.digest();

        for (int i = 0; i < key.length; i++) {
            sha.update(key);
        }
        byte[] p = repeat(sha.digest(), key.length);
        for (int i = 0; i < 16 + (a[0] & 0xff); i++) {
            sha.update(salt);
        }
        byte[] s = repeat(sha.digest(), salt.length);

        for (int round = 0; round < rounds; round++) {
            sha.update((round & 1) == 1 ? p : a);
            if (round % 3 != 0) {
                sha.update(s);
            }
            if (round % 7 != 0) {
                sha.update(p);
            }
            sha.update((round & 1) == 1 ? a : p);
            a = sha.digest();
        }
        return a;
    }

    private static byte[] repeat(byte[] block, int length) {
        byte[] out = new byte[length];
        for (int i = 0; i < length; i++) {
            out[i] = block[i % block.length];
        }
        return out;
    }

    /** Three bytes give four characters, in an order that rotates by 21 from group to group. */
    private static String encode(byte[] digest) {
        StringBuilder out = new StringBuilder(86);
        int[] at = {0, 21, 42};
        for (int group = 0; group < 21; group++) {
            append(out, digest[at[0]], digest[at[1]], digest[at[2]], 4);
            int first = at[0];
            at[0] = at[1] + 1;
            at[1] = at[2] + 1;
            at[2] = first + 1;
        }
        append(out, (byte) 0, (byte) 0, digest[63], 2);
        return out.toString();
    }

    private static void append(StringBuilder out, byte high, byte middle, byte low, int characters) {
        int bits = ((high & 0xff) << 16) | ((middle & 0xff) << 8) | (low & 0xff);
        for (int i = 0; i < characters; i++) {
            out.append(ALPHABET.charAt(bits & 0x3f));
            bits >>= 6;
        }
    }

    private static MessageDigest sha512() {
        try {
            return MessageDigest.getInstance("SHA-512");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-512", e);
        }
    }
}
