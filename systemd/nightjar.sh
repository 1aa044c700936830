#!/bin/sh
# The nightjar command on a box: as the service's own account, with its configuration and passwords.
set -eu
home=/opt/nightjar/current
folder=/etc/nightjar
if [ "$(id -u)" -eq 0 ]; then
  exec runuser -u nightjar -- "$0" "$@"
fi
NIGHTJAR_CONFIG=${NIGHTJAR_CONFIG:-$folder/nightjar.yaml}
export NIGHTJAR_CONFIG
if [ -r "$folder/nightjar.env" ]; then
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      [A-Za-z_]*=*) export "${line?}" ;;
    esac
  done <"$folder/nightjar.env"
fi
exec "$home/bin/node" "$home/dist/main.js" "$@"
