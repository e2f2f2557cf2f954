/** HorizontalPodAutoscalers: how many replicas the metrics ask for, and how fast they may come and go. */
@NullMarked
package io.kantoku.controllers.autoscaling;

import org.jspecify.annotations.NullMarked;
