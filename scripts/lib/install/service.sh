# The service itself: from one version to another and back, and away.
# shellcheck shell=bash

# The version in the links is the one whose unit runs. One that does not come up is taken back, with
# the data as it was before.
switch_to() {
  local release=$1 before
  before=$(readlink -e "$HOME_FOLDER/current" 2>/dev/null || true)
  if [ "$before" = "$HOME_FOLDER/versions/$release" ] && is_healthy; then
    say "Version $release runs already."
    provide_unit "$release"
    return
  fi
  local started
  started=$(mktemp)
  point current "$HOME_FOLDER/versions/$release"
  provide_unit "$release"
  say "Starting version $release"
  if start_and_check; then
    if [ -d "$before" ] && [ "$before" != "$HOME_FOLDER/versions/$release" ]; then
      point previous "$before"
    fi
    rm -f "$started"
    return
  fi
  journalctl --unit "$UNIT" --lines 15 --no-pager --output cat >&2 || true
  if [ ! -d "$before" ] || [ "$before" = "$HOME_FOLDER/versions/$release" ]; then
    systemctl stop "$UNIT" || true
    rm -f "$started"
    fail "Version $release did not come up; its last words are above. Nothing runs now."
  fi
  say "Going back to $(basename "$before")"
  systemctl stop "$UNIT" || true
  restore_copy_since "$started"
  rm -f "$started"
  point current "$before"
  provide_unit "$(basename "$before")"
  start_and_check || fail "Neither $release nor the version before it came up. See: journalctl -u nightjar"
  rm -rf "${HOME_FOLDER:?}/versions/$release"
  fail "Version $release did not come up; its last words are above. The version before it runs again."
}

point() {
  ln -sfn "$2" "$HOME_FOLDER/$1.new"
  mv -T "$HOME_FOLDER/$1.new" "$HOME_FOLDER/$1"
}

provide_unit() {
  local tree=$HOME_FOLDER/versions/$1
  install -m 644 "$tree/systemd/nightjar.service" "/etc/systemd/system/$UNIT"
  install -m 755 "$tree/systemd/nightjar.sh" /usr/local/bin/nightjar
  provide_devices
  systemctl daemon-reload
  systemctl enable --quiet "$UNIT"
}

# systemd waits for READY; the page's own word comes on top of it.
start_and_check() {
  systemctl reset-failed "$UNIT" 2>/dev/null || true
  systemctl restart "$UNIT" || return 1
  local tries
  for tries in 1 2 3 4 5; do
    if is_healthy; then return 0; fi
    sleep "$tries"
  done
  return 1
}

is_healthy() {
  systemctl is-active --quiet "$UNIT" || return 1
  # shellcheck disable=SC2016 # JavaScript's own.
  "$HOME_FOLDER/current/bin/node" -e '
    fetch(`http://127.0.0.1:${process.argv[1]}/readyz`, { signal: AbortSignal.timeout(5000) })
      .then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1));
  ' "$(read_setting "$HOME_FOLDER/current" port)"
}

# A newer version may have upgraded the database, which the older one refuses; the copy that it made
# before is put back, and what it wrote meanwhile is kept beside it.
restore_copy_since() {
  local started=$1 folder copy
  folder=$(read_setting "$HOME_FOLDER/current" data_dir)
  folder=${folder:-$DATA_FOLDER}
  copy=$(find "$folder" -maxdepth 1 -name 'nightjar.db.before-*' ! -name '*.unfinished' -newer "$started" \
    2>/dev/null | head -n 1)
  [ -n "$copy" ] || return 0
  local aside
  aside="$folder/not-upgraded-$(date -u +%Y%m%dT%H%M%SZ)"
  install -d -m 700 -o nightjar -g nightjar "$aside"
  local file
  for file in "$folder"/nightjar.db "$folder"/nightjar.db-wal "$folder"/nightjar.db-shm; do
    if [ -e "$file" ]; then mv "$file" "$aside/"; fi
  done
  cp --preserve=mode,ownership "$copy" "$folder/nightjar.db"
  say "The database is as it was before the upgrade; what the newer version wrote is in $aside"
}

roll_back() {
  local previous current
  previous=$(readlink -e "$HOME_FOLDER/previous" 2>/dev/null || true)
  current=$(readlink -e "$HOME_FOLDER/current" 2>/dev/null || true)
  [ -d "$previous" ] || fail "There is no version before this one."
  say "Going back to $(basename "$previous")"
  point current "$previous"
  provide_unit "$(basename "$previous")"
  if start_and_check; then
    point previous "$current"
    tell_where "$HOME_FOLDER/current"
    return
  fi
  journalctl --unit "$UNIT" --lines 15 --no-pager --output cat >&2 || true
  point current "$current"
  provide_unit "$(basename "$current")"
  start_and_check || true
  fail "$(basename "$previous") did not come up; its last words are above. $(basename "$current") runs again."
}

remove_service() {
  if systemctl cat "$UNIT" >/dev/null 2>&1; then systemctl disable --now --quiet "$UNIT" || true; fi
  rm -rf "/etc/systemd/system/$UNIT" "/etc/systemd/system/$UNIT.d" /usr/local/bin/nightjar
  systemctl daemon-reload
}

remove_program() {
  rm -rf "$HOME_FOLDER"
}

remove_everything() {
  local data_dir=$DATA_FOLDER named
  if [ -f "$CONFIG_FOLDER/nightjar.yaml" ]; then
    named=$(awk '$1 == "data_dir:" { gsub(/["'\'']/, "", $2); print $2; exit }' "$CONFIG_FOLDER/nightjar.yaml")
    data_dir=${named:-$data_dir}
  fi
  # Never a folder that holds anything else: only what this program has made there.
  if [ -e "$data_dir/nightjar.db" ] || [ "$data_dir" = "$DATA_FOLDER" ]; then rm -rf "$data_dir"; fi
  rm -rf "$CONFIG_FOLDER" "$DATA_FOLDER" /etc/sysusers.d/nightjar.conf /var/log/nightjar-install.log
  if getent passwd nightjar >/dev/null; then userdel nightjar; fi
  if getent group nightjar >/dev/null; then groupdel nightjar; fi
  say "Nightjar, its configuration and its data are gone."
}

tell_what_stays() {
  say "Nightjar is gone. Its configuration is in $CONFIG_FOLDER, its data where it was;" \
    "uninstall --purge takes them too."
}

tell_where() {
  local tree=$1 port data_dir scheme address
  port=$(read_setting "$tree" port)
  data_dir=$(read_setting "$tree" data_dir)
  scheme=$([ "$(read_setting "$tree" tls)" = off ] && echo http || echo https)
  # Without a network there is no address yet.
  address=$(ip -o route get 192.0.2.1 2>/dev/null | sed -n 's/.* src \([^ ]*\).*/\1/p' || true)
  say "Nightjar $(basename "$(readlink -f "$tree")") runs. Its page: $scheme://${address:-$(hostname)}:$port/"
  if [ -f "$data_dir/setup-code" ]; then
    say "The page asks for the setup code: sudo cat $data_dir/setup-code"
  fi
}
