package io.kantoku.apimachinery.schema;

/**
 * One entry of {@code x-kubernetes-validations}.
 *
 * @param rule the CEL expression, true when the value is good
 * @param message what to tell the user, {@code ""} to show the rule
 * @param messageExpression a CEL expression that makes the message, {@code ""} for none
 * @param reason the cause's reason, for example {@code FieldValueInvalid}
 * @param fieldPath the field that the error names, relative to the value, {@code ""} for the value itself
 * @param optionalOldSelf whether the rule is also evaluated when there is no old value
 */
public record ValidationRule(
        String rule,
        String message,
        String messageExpression,
        String reason,
        String fieldPath,
        boolean optionalOldSelf) {}
