package io.kantoku.apimachinery;

/**
 * Where a field is in an object, written as Kubernetes writes it: {@code spec.containers[0].ports[http]}.
 *
 * @param text the written path, {@code ""} for the object itself
 */
public record FieldPath(String text) {
    public static final FieldPath ROOT = new FieldPath("");

    /** The path of a field and of fields below it. */
    public static FieldPath of(String first, String... more) {
        FieldPath path = ROOT.child(first);
        for (String name : more) {
            path = path.child(name);
        }
        return path;
    }

    public FieldPath child(String name) {
        return new FieldPath(text.isEmpty() ? name : text + "." + name);
    }

    public FieldPath index(int index) {
        return new FieldPath(text + "[" + index + "]");
    }

    /** An entry of a map whose keys are data, not fields. */
    public FieldPath key(String key) {
        return new FieldPath(text + "[" + key + "]");
    }

    /** The text; upstream writes the path of the object itself as {@code <nil>}. */
    @Override
    public String toString() {
        return text.isEmpty() ? "<nil>" : text;
    }
}
