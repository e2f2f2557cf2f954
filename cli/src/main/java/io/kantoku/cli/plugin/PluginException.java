package io.kantoku.cli.plugin;

/** Why a command of the plugin fails; the message is all that the user sees. */
final class PluginException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PluginException(String message) {
        super(message);
    }

    PluginException(String message, Throwable cause) {
        super(message, cause);
    }
}
