package io.kantoku.loadbalancer.model;

/** The section that an object belongs to; {@link #NONE} for objects that are sections themselves. */
public record Parent(String type, String name) {
    public static final Parent NONE = new Parent("", "");

    public static Parent frontend(String name) {
        return new Parent("frontend", name);
    }

    public static Parent backend(String name) {
        return new Parent("backend", name);
    }

    @Override
    public String toString() {
        return name.isEmpty() ? type : type + " " + name;
    }
}
