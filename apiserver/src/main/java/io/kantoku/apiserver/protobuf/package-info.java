/**
 * The Kubernetes API's protobuf form ({@code application/vnd.kubernetes.protobuf}), which Go clients send: read into the same trees
 * as JSON. {@link io.kantoku.apiserver.protobuf.ProtobufBody} is the entrance. Answers are never written in it; clients that send
 * it accept JSON, too.
 */
@NullMarked
package io.kantoku.apiserver.protobuf;

import org.jspecify.annotations.NullMarked;
