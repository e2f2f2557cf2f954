package io.kantoku.kubelet.pod;

import java.io.Serial;

/** A container that cannot be made from its specification: the reason it waits for, with a message for its owner. */
final class ConfigurationException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String reason;

    ConfigurationException(String reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** {@code CreateContainerConfigError}: something that it refers to is missing, or it asks for what is not allowed. */
    static ConfigurationException config(String message) {
        return new ConfigurationException("CreateContainerConfigError", message);
    }

    String reason() {
        return reason;
    }
}
