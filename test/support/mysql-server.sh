#!/usr/bin/env bash
# mysql-server.sh ROOT DATA PORT: runs the server of ROOT on a data folder of its own, in the
# foreground; its mounts are its own and go with it.
set -euo pipefail
ROOT=$1 DATA=$2 PORT=$3
export ROOT DATA PORT
# shellcheck disable=SC2016 # For the inner shell.
exec unshare --mount --propagation private bash -c '
  set -euo pipefail
  mount --bind "$DATA" "$ROOT/data"
  mount -t proc proc "$ROOT/proc"
  for device in null zero random urandom; do
    touch "$ROOT/dev/$device"
    mount --bind "/dev/$device" "$ROOT/dev/$device"
  done
  mount -t tmpfs tmpfs "$ROOT/tmp"
  options="--no-defaults --user=mysql --datadir=/data/files"
  [ -d "$DATA/files" ] || chroot "$ROOT" /usr/sbin/mysqld $options --initialize-insecure
  exec chroot "$ROOT" /usr/sbin/mysqld $options --port="$PORT" --bind-address=127.0.0.1 \
    --mysqlx=OFF --socket=/data/socket --pid-file=/data/pid --secure-file-priv= \
    --innodb-buffer-pool-size=64M --performance-schema=0 --skip-log-bin
'
