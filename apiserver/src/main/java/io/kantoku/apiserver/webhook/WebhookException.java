package io.kantoku.apiserver.webhook;

/** A webhook that was not reached or gave no usable answer; the message says what was called and what went wrong. */
public final class WebhookException extends Exception {
    private static final long serialVersionUID = 1L;

    public WebhookException(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
