#!/bin/sh
# kubectl finds this on PATH as its plugin "vsphere". Starts it with a Java of at least this version:
required=25

die() {
  printf 'kubectl-vsphere: %s\n' "$*" >&2
  exit 1
}

# The file behind all links, so that bin/kubectl-vsphere may be linked into another directory of PATH.
self=$0
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in
    /*) self=$link ;;
    *) self=$(dirname "$self")/$link ;;
  esac
done
home=$(cd "$(dirname "$self")/.." && pwd) || die "the directory of $self cannot be read"
[ -d "$home/lib" ] || die "$home/lib is missing; unpack the whole archive and keep bin and lib side by side"

# Succeeds when the Java installation $1 is new enough; its release file says so without starting it.
suits() {
  [ -n "$1" ] && [ -x "$1/bin/java" ] || return 1
  if [ -r "$1/release" ]; then
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  else
    version=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
  fi
  [ "${version:-0}" -ge "$required" ] 2>/dev/null
}

find_java() {
  on_path=$(command -v java 2>/dev/null)
  [ -n "$on_path" ] && on_path=$(readlink -f "$on_path" 2>/dev/null || echo "$on_path")
  for candidate in "${KANTOKU_JAVA_HOME-}" "${JAVA_HOME-}" "${on_path%/bin/java}" \
    /usr/lib/jvm/* /opt/java/* /opt/jdk* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if suits "$candidate"; then
      java=$candidate/bin/java
      return
    fi
  done
  die "no Java $required or newer was found. Install one (for example Temurin $required), or set KANTOKU_JAVA_HOME to its directory."
}

find_java
case " $* " in
  *" login "*) command=login ;;
  *) command=other ;;
esac
set -- -cp "$home/lib/*" io.kantoku.cli.plugin.KubectlVsphere "$@"

# The first run of a command leaves an archive of its classes behind, which shortens the start of those that follow. Java
# refuses an archive of other jars and does not replace it, so the name tells the jars.
cache=${XDG_CACHE_HOME:-${HOME-}/.cache}/kantoku
if [ -n "${XDG_CACHE_HOME-}${HOME-}" ] && mkdir -p "$cache" 2>/dev/null && [ -w "$cache" ]; then
  key=$({ echo "$home"; ls -ln "$home/lib"; } | cksum | cut -d ' ' -f 1)
  archive=$cache/kubectl-vsphere-$command-$key.jsa
  [ -e "$archive" ] || rm -f "$cache/kubectl-vsphere-$command"-*.jsa
  set -- -XX:+AutoCreateSharedArchive "-XX:SharedArchiveFile=$archive" -Xlog:disable "$@"
fi
exec "$java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Xshare:auto -Xmx128m "$@"
