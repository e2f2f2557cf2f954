package io.kantoku.apiserver.rest;

import io.kantoku.apiserver.protobuf.ProtobufBody;

/**
 * The form in which a client wants an answer.
 *
 * @param shape of the content
 * @param shapeVersion the version of {@code meta.k8s.io} for tables and metadata
 * @param pretty whether JSON is to be indented
 * @param includeObject for tables: {@code None}, {@code Metadata} or {@code Object}
 */
record Wanted(Syntax syntax, Shape shape, String shapeVersion, boolean pretty, String includeObject) {
    static final Wanted JSON = new Wanted(Syntax.JSON, Shape.OBJECT, "v1", false, "Metadata");

    /** How answers are written. */
    enum Syntax {
        JSON("application/json"),
        YAML("application/yaml"),
        PROTOBUF(ProtobufBody.MEDIA_TYPE);

        private final String mediaType;

        Syntax(String mediaType) {
            this.mediaType = mediaType;
        }

        String mediaType() {
            return mediaType;
        }
    }

    /** What is written of an object. */
    enum Shape {
        OBJECT,
        TABLE,
        METADATA
    }

    /** The same in JSON. */
    Wanted asJson() {
        return new Wanted(Syntax.JSON, shape, shapeVersion, pretty, includeObject);
    }

    /** The media type of a stream of events in this form; YAML has none, so it is JSON. */
    String streamType() {
        return switch (syntax) {
            case JSON, YAML -> Syntax.JSON.mediaType();
            case PROTOBUF -> Syntax.PROTOBUF.mediaType() + ";stream=watch";
        };
    }

    /** Whether stored bytes can be sent as they are. */
    boolean plain() {
        return shape == Shape.OBJECT && syntax == Syntax.JSON && !pretty;
    }
}
