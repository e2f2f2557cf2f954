#!/bin/sh
# Renews apiserver/src/main/resources/io/kantoku/apiserver/protobuf/messages.txt.
#
#   apiserver/src/test/protobuf/renew.sh GO_SOURCES
#
# GO_SOURCES is the directory k8s.io of the unpacked Debian packages golang-k8s-api-dev, golang-k8s-apimachinery-dev and
# golang-k8s-apiextensions-apiserver-dev; apiserver/src/test/openapi/renew.sh shows how they are downloaded and unpacked.
set -eu
root=$(cd "$(dirname "$0")/../../../.." && pwd)
cd "$root"
exec "${JAVA_HOME:?names a JDK 25}/bin/java" apiserver/src/test/java/io/kantoku/apiserver/protobuf/TableGenerator.java \
    "$1" apiserver/src/main/resources/io/kantoku/apiserver/protobuf/messages.txt
