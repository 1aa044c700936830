# MySQL itself, for the tests of the centre: Debian's newest, unpacked beside the others and never
# installed. Sourced by scripts/test.
# shellcheck shell=bash

MYSQL_FOLDER=.tools/mysql
# The program and what it loads.
MYSQL_PACKAGES=mysql-server-core,libc6,libstdc++6,base-files,bash,coreutils,netbase,libtinfo6

# Where it cannot be had, one loud line says why, and its tests say that they did not run.
provide_mysql() {
  local why
  if [ -x "$MYSQL_FOLDER/usr/sbin/mysqld" ]; then return; fi
  if why=$(fetch_mysql 2>&1 >/dev/null); then return; fi
  say "WARNING: the tests against MySQL do not run here: $(tail -n 1 <<<"${why:-it cannot be unpacked}")"
}

fetch_mysql() {
  local mirror fresh=$PWD/$MYSQL_FOLDER.new
  [ "$(id -u)" -eq 0 ] || fail "only root may start it in a folder of its own"
  require_packages mmdebstrap >/dev/null
  mirror=$(find_mirror)
  [ -n "$mirror" ] || fail "no mirror is known"
  mkdir -p "$(dirname "$fresh")"
  rm -rf "$fresh"
  # The mirror's list may be older than it says it is good for; the packages are signed all the same.
  mmdebstrap --quiet --variant=extract --aptopt='Acquire::Check-Valid-Until "false"' \
    --include="$MYSQL_PACKAGES" sid "$fresh" "$mirror" || fail "it cannot be fetched"
  [ -x "$fresh/usr/sbin/mysqld" ] || fail "the package holds no server"
  mkdir -p "$fresh"/{proc,dev,tmp,data,run}
  echo 'root:x:0:0::/:/bin/sh' >"$fresh/etc/passwd"
  echo 'mysql:x:64001:64001::/data:/bin/sh' >>"$fresh/etc/passwd"
  echo 'mysql:x:64001:' >"$fresh/etc/group"
  rm -rf "$MYSQL_FOLDER"
  mv "$fresh" "$MYSQL_FOLDER"
}
