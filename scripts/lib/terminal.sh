# What the scripts say, and how they stop. Sourced by scripts/demo and scripts/test.
# shellcheck shell=bash

say() { printf '==> %s\n' "$*" >&2; }

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  exit 1
}

# Runs a command with its output in a file: one line that moves while it works, the end of the file
# when it fails. Hundreds of lines of a package manager help nobody as long as it works.
run_quietly() {
  local what=$1 log=$2
  shift 2
  mkdir -p "$(dirname "$log")"
  say "$what"
  if ! "$@" 2>&1 </dev/null | tee "$log" | show_last_line; then
    tail -n 25 "$log" >&2
    fail "$what: this did not work; its last lines are above, all of them in $log."
  fi
}

show_last_line() {
  local line
  while IFS= read -r line; do
    if [ -t 2 ]; then printf '\r\033[K    %.70s' "$line" >&2; fi
  done
  if [ -t 2 ]; then printf '\r\033[K' >&2; fi
}
