#!/bin/sh
# Renews apiserver/src/main/resources/io/kantoku/apiserver/catalog/openapi/schemas.json.gz.
#
#   apiserver/src/test/openapi/renew.sh [suite]
#
# Fields, types and most descriptions come from the models of the Kubernetes Java client (version: kubernetes.model.version in
# pom.xml); list types, patch keys, enumerations and the remaining descriptions from Debian's packages of the Go sources. Take the
# suite whose golang-k8s-api-dev is of the same Kubernetes minor as the client (27 is 1.36). The packages are unpacked in a
# temporary directory; nothing is installed, and the machine's own apt settings stay as they are.
set -eu
suite=${1:-sid}
root=$(cd "$(dirname "$0")/../../../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' | head -n 1)
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/packages"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" > "$work/sources.list"
set -- -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root -qq
apt-get "$@" update
(cd "$work/packages" && apt-get "$@" download golang-k8s-api-dev golang-k8s-apimachinery-dev golang-k8s-apiextensions-apiserver-dev)
for package in "$work"/packages/*.deb; do
    dpkg-deb -x "$package" "$work/tree"
done

cd "$root"
mvn -q -B -Dquick test-compile dependency:build-classpath -Dmdep.includeScope=test "-Dmdep.outputFile=$work/classpath" -pl apiserver
"${JAVA_HOME:?names a JDK 25}/bin/java" -cp "apiserver/target/test-classes:apiserver/target/classes:$(cat "$work/classpath")" \
    io.kantoku.apiserver.catalog.openapi.SchemaGenerator \
    "$work/tree/usr/share/gocode/src/k8s.io" \
    apiserver/src/main/resources/io/kantoku/apiserver/catalog/openapi/schemas.json.gz
