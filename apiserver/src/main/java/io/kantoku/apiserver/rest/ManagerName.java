package io.kantoku.apiserver.rest;

import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What the name of a field manager may be: at most 128 bytes, all of its characters printable (meta/v1 validation). */
final class ManagerName {
    static final int LONGEST = 128;

    private ManagerName() {}

    static List<FieldError> check(String name, FieldPath path) {
        List<FieldError> errors = new ArrayList<>();
        if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            errors.add(FieldError.tooLong(path, LONGEST));
        }
        int position = 0;
        for (int character : name.codePoints().toArray()) {
            if (!printable(character)) {
                errors.add(FieldError.invalid(
                        path, name, "invalid character U+%04X (at position %d)".formatted(character, position)));
            }
            position += Character.toString(character).getBytes(StandardCharsets.UTF_8).length;
        }
        return errors;
    }

    /** Go's {@code unicode.IsPrint}: letters, marks, numbers, punctuation, symbols, and of spaces only the plain one. */
    private static boolean printable(int character) {
        return character == ' '
                || switch (Character.getType(character)) {
                    case Character.SPACE_SEPARATOR,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR,
                            Character.CONTROL,
                            Character.FORMAT,
                            Character.SURROGATE,
                            Character.PRIVATE_USE,
                            Character.UNASSIGNED -> false;
                    default -> true;
                };
    }
}
