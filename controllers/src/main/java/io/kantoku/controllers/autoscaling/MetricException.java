package io.kantoku.controllers.autoscaling;

/** A metric that cannot be had, or of which nothing follows; the message is upstream's. */
final class MetricException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String message;

    MetricException(String message) {
        super(message);
        this.message = message;
    }

    @Override
    public String getMessage() {
        return message;
    }
}
