/**
 * The Common Expression Language as Kubernetes uses it: rules of custom resources, match conditions, admission policies. {@link
 * io.kantoku.apiserver.cel.CelEnvironment} compiles expressions for one set of variables, {@link io.kantoku.apiserver.cel.CelExpression}
 * evaluates them within a {@link io.kantoku.apiserver.cel.CelBudget}; the {@code …Functions} classes are Kubernetes' libraries; {@link
 * io.kantoku.apiserver.cel.SchemaRules} are the rules of a structural schema. Nothing here is loaded before the first expression.
 */
@NullMarked
package io.kantoku.apiserver.cel;

import org.jspecify.annotations.NullMarked;
