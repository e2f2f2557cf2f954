package io.kantoku.supervisor.sso;

import java.util.List;
import java.util.Locale;

/**
 * Somebody who can log in.
 *
 * @param name without the domain, lower case
 * @param domain for example {@code vsphere.local}
 * @param groups names of groups of the same domain
 */
public record Principal(String name, String domain, List<String> groups) {
    /** The group whose members administer vCenter. */
    public static final String ADMINISTRATORS = "Administrators";

    public Principal {
        groups = List.copyOf(groups);
    }

    /** {@code user@domain}. */
    public String fullName() {
        return name + "@" + domain;
    }

    public boolean administrator() {
        return groups.contains(ADMINISTRATORS);
    }

    /** Splits {@code user@domain} or {@code DOMAIN\\user}; a bare name belongs to {@code domain}. */
    public static String[] split(String login, String domain) {
        int at = login.lastIndexOf('@');
        if (at > 0) {
            return new String[] {lower(login.substring(0, at)), lower(login.substring(at + 1))};
        }
        int backslash = login.indexOf('\\');
        if (backslash > 0) {
            return new String[] {lower(login.substring(backslash + 1)), lower(login.substring(0, backslash))};
        }
        return new String[] {lower(login), domain};
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
