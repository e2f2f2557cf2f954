package io.kantoku.cli.plugin;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Who logs in.
 *
 * @param password never printed
 */
record Credentials(String username, String password) {
    Credentials {
        if (username.isEmpty()) {
            throw new PluginException("no user name was given; give one with --vsphere-username");
        }
        if (username.indexOf(':') >= 0) {
            throw new PluginException("the user name \"" + username + "\" has a colon, which HTTP cannot carry");
        }
        if (password.isEmpty()) {
            throw new PluginException("no password was given");
        }
    }

    /** The value of the Authorization header (RFC 7617): a secret. */
    String authorization() {
        String pair = username + ":" + password;
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "Credentials[" + username + "]";
    }
}
