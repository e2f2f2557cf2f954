package io.kantoku.kubelet.pod;

/** The three questions that a kubelet asks a container. */
enum ProbeKind {
    STARTUP("startupProbe", "Startup"),
    LIVENESS("livenessProbe", "Liveness"),
    READINESS("readinessProbe", "Readiness");

    private final String field;
    private final String title;

    ProbeKind(String field, String title) {
        this.field = field;
        this.title = title;
    }

    String field() {
        return field;
    }

    /** As Events begin: {@code Liveness probe failed}. */
    String title() {
        return title;
    }
}
