package io.kantoku.apiserver.rest;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apiserver.auth.UserInfo;

/** Answers the kinds that are questions: they are posted, answered, and never stored. */
@FunctionalInterface
public interface ReviewAnswers {
    /**
     * Fills in the status of a question.
     *
     * @param user who asks
     * @param namespace {@code ""} when the path names none
     */
    KubeObject answer(ClusterId cluster, UserInfo user, String namespace, KubeObject question);
}
