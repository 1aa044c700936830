#!/usr/bin/env bash
# Puts Nightjar on this machine as a service, from a clone or from an unpacked bundle, and takes it
# away again. Run it twice and nothing changes; run a newer one and the box is upgraded. A version that
# does not come up is taken back by itself.
set -euo pipefail
HERE=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
. "$HERE/scripts/lib/terminal.sh"
. "$HERE/scripts/lib/install/preflight.sh"
. "$HERE/scripts/lib/install/tree.sh"
. "$HERE/scripts/lib/install/machine.sh"
. "$HERE/scripts/lib/install/service.sh"
. "$HERE/scripts/lib/install/ollama.sh"

HOME_FOLDER=/opt/nightjar
CONFIG_FOLDER=/etc/nightjar
DATA_FOLDER=/var/lib/nightjar
UNIT=nightjar.service

usage() {
  cat <<'HELP'
sudo scripts/install.sh [install|upgrade] [--bundle FILE] [--data-dir FOLDER] [--port N]
                        [--offline] [--with-ollama] [--model NAME]
sudo scripts/install.sh rollback
sudo scripts/install.sh uninstall [--purge]

  --bundle FILE     install this .tar.xz or .deb of ./scripts/bundle instead of this folder
  --data-dir DIR    where events and pictures go, on the first installation; /var/lib/nightjar
  --port N          where the page is, on the first installation; 8000
  --offline         ask no network for anything; ffmpeg has to be there already
  --with-ollama     install Ollama where it is missing, and fetch the model
  --model NAME      which model, with --with-ollama; llava:7b
  rollback          back to the version before this one
  uninstall         the program goes; configuration and data stay, unless --purge takes them too
HELP
}

command=install
bundle=''
data_dir=$DATA_FOLDER
port=8000
offline=no
with_ollama=no
model=llava:7b
purge=no
while [ $# -gt 0 ]; do
  case $1 in
    install | upgrade) command=install ;;
    activate | deactivate | rollback | uninstall) command=$1 ;;
    --bundle) bundle=${2:?--bundle needs a file}; shift ;;
    --data-dir) data_dir=${2:?--data-dir needs a folder}; shift ;;
    --port) port=${2:?--port needs a number}; shift ;;
    --model) model=${2:?--model needs a name}; shift ;;
    --offline) offline=yes ;;
    --with-ollama) with_ollama=yes ;;
    --purge) purge=yes ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; fail "What is $1?" ;;
  esac
  shift
done

install_tree() {
  local tree=$1 release
  refuse_damaged "$tree"
  release=$(name_release "$tree")
  provide_ffmpeg "$offline"
  provide_account "$tree"
  provide_configuration "$tree" "$data_dir" "$port"
  provide_data_folder "$(read_data_dir "$tree")"
  keep_tree "$tree" "$release"
  refuse_bad_configuration "$HOME_FOLDER/versions/$release"
  if [ "$with_ollama" = yes ]; then provide_ollama "$HOME_FOLDER/versions/$release" "$model" "$offline"; fi
  switch_to "$release"
  forget_old_versions
  tell_where "$HOME_FOLDER/current"
}

demand_root
case $command in
  install)
    check_machine "$data_dir" "$port"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    tree=$(find_tree "$bundle" "$work" "$offline")
    install_tree "$tree"
    ;;
  # What the Debian package calls: its files are in their place already.
  activate)
    check_machine "$data_dir" "$port"
    install_tree "$HERE"
    ;;
  deactivate)
    remove_service
    rm -rf "$HOME_FOLDER/versions" "$HOME_FOLDER/current" "$HOME_FOLDER/previous"
    ;;
  rollback) roll_back ;;
  uninstall)
    remove_service
    remove_program
    if [ "$purge" = yes ]; then remove_everything; else tell_what_stays; fi
    ;;
esac
