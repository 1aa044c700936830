# Debian packages: installs what is missing and leaves alone what is there.
# shellcheck shell=bash

# GStreamer's RTSP server and its Python door: the cameras of the demo and of the tests.
# shellcheck disable=SC2034 # The scripts that source this file use it.
RTSP_PACKAGES=(
  python3-gi
  gir1.2-gst-rtsp-server-1.0
  gstreamer1.0-plugins-base
  gstreamer1.0-plugins-good
  gstreamer1.0-plugins-bad
)

require_packages() {
  local package missing=()
  command -v dpkg-query >/dev/null || fail "This is not a Debian or Ubuntu system (no dpkg)." \
    "Debian 12 or 13, or Ubuntu 22.04 or newer, is needed. It would need: $*"
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  if [ ${#missing[@]} -eq 0 ]; then return; fi

  become_root_or_fail "${missing[@]}"
  run_quietly "Reading the package lists" .tools/log/apt-update.log as_root apt-get -q update
  run_quietly "Installing ${missing[*]}" .tools/log/apt-install.log \
    as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -y --no-install-recommends -o Dpkg::Use-Pty=0 install "${missing[@]}"
}

is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

become_root_or_fail() {
  if [ "$(id -u)" -eq 0 ]; then return; fi
  command -v sudo >/dev/null || fail "These packages are missing and only root may install them:" \
    "$*. Run this as root, or install sudo."
  # The password is asked for here, before output goes into a file.
  sudo -v || fail "sudo refused. Run this as root, or have somebody install: $*"
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# The address of this system's own mirror, whose packages other roots are made of; empty when none is known.
find_mirror() {
  # shellcheck disable=SC2016 # apt's own names.
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    awk '!/security/ { sub(/\/$/, ""); print; exit }'
}
