# What this machine has to be, each as a sentence that says what to do.
# shellcheck shell=bash

GLIBC_MIN=2.34
SYSTEMD_MIN=249
PROGRAM_MB=600
DATA_MB=1000

demand_root() {
  [ "$(id -u)" -eq 0 ] || fail "Only root may install a service. Run it with sudo."
}

check_machine() {
  local data_dir=$1 port=$2 problems=()
  case $(uname -m) in
    x86_64 | aarch64) ;;
    *) problems+=("This is a $(uname -m); x86_64 and aarch64 are supported.") ;;
  esac
  local glibc systemd
  glibc=$(getconf GNU_LIBC_VERSION 2>/dev/null | awk '{print $2}')
  is_at_least "${glibc:-0}" "$GLIBC_MIN" ||
    problems+=("The C library is ${glibc:-unknown}; $GLIBC_MIN is needed (Debian 12, Ubuntu 22.04).")
  systemd=$(systemctl --version 2>/dev/null | awk 'NR == 1 {print $2}')
  if [ -z "$systemd" ]; then
    problems+=("There is no systemd here; Nightjar runs as its service.")
  elif [ "$systemd" -lt "$SYSTEMD_MIN" ]; then
    problems+=("systemd is $systemd; $SYSTEMD_MIN or newer is needed.")
  fi
  [ -d /run/systemd/system ] || problems+=("systemd does not run this machine, so nothing can be started.")
  has_space /opt "$PROGRAM_MB" || problems+=("Less than $PROGRAM_MB MB are free under /opt.")
  has_space "$data_dir" "$DATA_MB" ||
    problems+=("Less than $DATA_MB MB are free for $data_dir. Name another disk with --data-dir.")
  [[ $data_dir == /* ]] || problems+=("--data-dir must be an absolute path.")
  if ! [[ $port =~ ^[0-9]+$ ]] || [ "$port" -lt 1024 ] || [ "$port" -gt 65535 ]; then
    problems+=("--port must be a number from 1024 to 65535.")
  elif is_taken "$port"; then
    problems+=("Another program listens on port $port. Stop it, or choose another with --port.")
  fi
  if [ ${#problems[@]} -gt 0 ]; then
    printf 'FAILED: %s\n' "${problems[@]}" >&2
    exit 1
  fi
  warn_of_clock
}

is_at_least() {
  [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

# Of the folder, or of the nearest one above it that is there.
has_space() {
  local folder=$1 free
  while [ ! -d "$folder" ]; do folder=$(dirname "$folder"); done
  free=$(df -Pm "$folder" | awk 'NR == 2 {print $4}')
  [ "$free" -ge "$2" ]
}

# By somebody else: the service itself may hold its port while it is upgraded.
is_taken() {
  if systemctl is-active --quiet nightjar.service || [ -f /etc/nightjar/nightjar.yaml ]; then return 1; fi
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# Events would carry wrong times, and no certificate would be valid.
warn_of_clock() {
  if [ "$(date +%s)" -lt "$(stat -c %Y "$HERE/package.json")" ]; then
    say "WARNING: the clock says $(date -u +%F), which is before this version was made. Set it:" \
      "timedatectl set-ntp true"
  fi
}
