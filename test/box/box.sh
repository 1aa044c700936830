# Throw-away Debian machines with a real systemd as their first process, by systemd-nspawn, on a host
# that may have another. Sourced by the tests; needs root. A box is an overlay on a read-only root, so
# it costs what it writes. BOXES is the folder of their overlays.
# shellcheck shell=bash

# box_up NAME ROOT [nspawn option...]: makes it and boots it.
box_up() {
  local name=$1 root=$2
  shift 2
  mkdir -p "$BOXES/$name"/{upper,work,root}
  readlink -f "$root" >"$BOXES/$name/lower"
  box_boot "$name" "$@"
}

# box_boot NAME [nspawn option...]: boots what is on its disk.
box_boot() {
  local name=$1 folder=$BOXES/$1 group state
  shift
  for group in $(box_groups "$name"); do mkdir -p "$group"; done
  mountpoint -q "$folder/root" || mount -t overlay overlay \
    -o "lowerdir=$(cat "$folder/lower"),upperdir=$folder/upper,workdir=$folder/work" "$folder/root"
  (
    # Groups of its own, so that boxes may run side by side.
    for group in $(box_groups "$name"); do echo "$BASHPID" >"$group/cgroup.procs"; done
    SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 exec setsid systemd-nspawn --quiet --directory="$folder/root" \
      --machine="$name" --register=no --keep-unit --resolv-conf=copy-host --timezone=off \
      --link-journal=no --boot --console=pipe "$@" </dev/null >>"$folder/console" 2>&1 3>&-
  ) &
  echo $! >"$folder/pid"
  for _ in $(seq 300); do
    state=$(box "$name" systemctl is-system-running 2>/dev/null || true)
    case $state in running | degraded) return 0 ;; esac
    kill -0 "$(cat "$folder/pid")" 2>/dev/null || break
    sleep 0.1
  done
  tail -n 5 "$folder/console" >&2
  return 1
}

# box NAME COMMAND...: runs it in the box as root.
box() {
  local leader
  leader=$(box_leader "$1") || return 1
  shift
  cd / || return 1
  nsenter --target "$leader" --mount --uts --ipc --pid --cgroup --net --root env -i \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 "$@" 3>&-
}

# box_cut_power NAME: everything in it is gone at once; its disk stays.
box_cut_power() {
  local leader
  leader=$(box_leader "$1") && kill -KILL "$leader"
  box_await_end "$1"
}

# box_down NAME: it and its disk are gone.
box_down() {
  [ -d "$BOXES/$1" ] || return 0
  box_cut_power "$1" || true
  rm -rf --one-file-system "${BOXES:?}/$1"
}

box_leader() {
  local pid
  pid=$(cat "$BOXES/$1/pid" 2>/dev/null) && kill -0 "$pid" 2>/dev/null || return 1
  awk '{ print $1; exit }' "/proc/$pid/task/$pid/children"
}

box_await_end() {
  local folder=$BOXES/$1 group
  for _ in $(seq 100); do
    kill -0 "$(cat "$folder/pid")" 2>/dev/null || break
    sleep 0.1
  done
  for group in $(box_groups "$1"); do
    [ ! -d "$group" ] || find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
  done
  if mountpoint -q "$folder/root"; then umount "$folder/root"; fi
}

box_groups() {
  if [ -d /sys/fs/cgroup/unified ]; then
    echo "/sys/fs/cgroup/systemd/nightjar-$1" "/sys/fs/cgroup/unified/nightjar-$1"
  else
    echo "/sys/fs/cgroup/nightjar-$1"
  fi
}
