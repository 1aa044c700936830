# What the service finds on the machine: its account, its configuration, its folders, its devices.
# shellcheck shell=bash

provide_ffmpeg() {
  if command -v ffmpeg >/dev/null; then return; fi
  local how="Install ffmpeg 4.4 or newer (Debian, Ubuntu: apt-get install ffmpeg; Jetson: NVIDIA's own)"
  if [ "$1" = yes ] || ! command -v apt-get >/dev/null; then fail "$how, then run this again."; fi
  say "Installing ffmpeg"
  { apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends \
    install ffmpeg; } >/var/log/nightjar-install.log 2>&1 ||
    fail "$how, then run this again; apt-get's own words are in /var/log/nightjar-install.log."
}

provide_account() {
  install -D -m 644 "$1/systemd/nightjar.sysusers" /etc/sysusers.d/nightjar.conf
  systemd-sysusers /etc/sysusers.d/nightjar.conf
}

provide_configuration() {
  local tree=$1 data_dir=$2 port=$3
  install -d -m 750 -o root -g nightjar "$CONFIG_FOLDER"
  if [ ! -e "$CONFIG_FOLDER/nightjar.yaml" ]; then
    cat >"$CONFIG_FOLDER/nightjar.yaml" <<YAML
# What Nightjar does here; every key is explained in
# $HOME_FOLDER/current/config/nightjar.example.yaml. After a change: nightjar check
site:
  id: $(to_slug "$(cat /proc/sys/kernel/hostname)")
data_dir: $data_dir
server:
  port: $port
cameras: []
YAML
    chown root:nightjar "$CONFIG_FOLDER/nightjar.yaml"
    chmod 640 "$CONFIG_FOLDER/nightjar.yaml"
  fi
  if [ ! -e "$CONFIG_FOLDER/nightjar.env" ]; then
    install -m 640 -o root -g nightjar /dev/null "$CONFIG_FOLDER/nightjar.env"
    # shellcheck disable=SC2016 # The file's reader is to see ${NAME}.
    printf '%s\n' '# Passwords that nightjar.yaml names as ${NAME}, one NAME=value a line.' \
      >"$CONFIG_FOLDER/nightjar.env"
  fi
}

to_slug() {
  local slug
  slug=$(tr '[:upper:]' '[:lower:]' <<<"$1" | tr -c 'a-z0-9\n' - | sed 's/^-*//; s/-*$//' | cut -c1-40)
  echo "${slug:-site-1}"
}

# Of the configuration that is there, whoever wrote it.
read_data_dir() {
  read_setting "$1" data_dir
}

# One value of what `nightjar check --json` answers; nothing for a configuration that is bad.
read_setting() {
  local tree=$1 name=$2
  run_as_service "$tree" check --json 2>/dev/null |
    "$tree/bin/node" -e '
      const text = require("node:fs").readFileSync(0, "utf8");
      try { console.log(JSON.parse(text)[process.argv[1]] ?? ""); } catch { console.log(""); }
    ' "$name"
}

# A command of Nightjar as the service runs it: its account, its configuration, its passwords.
run_as_service() {
  local tree=$1
  shift
  (
    cd /
    export NIGHTJAR_CONFIG=$CONFIG_FOLDER/nightjar.yaml
    read_environment "$CONFIG_FOLDER/nightjar.env"
    exec runuser -u nightjar -- "$tree/bin/node" "$tree/dist/main.js" "$@"
  )
}

read_environment() {
  local line
  while IFS= read -r line || [ -n "$line" ]; do
    if [[ $line =~ ^[A-Za-z_][A-Za-z_0-9]*= ]]; then export "${line?}"; fi
  done <"$1"
}

# 78 is what the program says of a configuration; anything else says something of the program.
refuse_bad_configuration() {
  local code=0
  run_as_service "$1" check >&2 || code=$?
  case $code in
    0) ;;
    78)
      fail "The configuration in $CONFIG_FOLDER cannot be used; mend it and run this again." \
        "What runs now goes on as it was."
      ;;
    *)
      fail "Version $(basename "$1") does not work on this machine; its own words are above." \
        "What runs now goes on as it was."
      ;;
  esac
}

provide_data_folder() {
  local folder=${1:-$DATA_FOLDER}
  local drop_in=/etc/systemd/system/$UNIT.d/data.conf
  install -d -m 750 -o nightjar -g nightjar "$folder"
  if [ "$folder" = "$DATA_FOLDER" ]; then
    rm -f "$drop_in"
    return
  fi
  install -d -m 755 "$(dirname "$drop_in")"
  printf '%s\n' "# The data is on a disk of its own, which has to be there first." '[Unit]' \
    "RequiresMountsFor=$folder" '[Service]' "ReadWritePaths=$folder" >"$drop_in"
}

# A Jetson decodes through nodes that no group of devices covers; they are opened where they are.
provide_devices() {
  local drop_in=/etc/systemd/system/$UNIT.d/devices.conf node found=()
  for node in /dev/nvmap /dev/nvhost-* /dev/nvgpu/* /dev/nvidia* /dev/host1x-fence \
    /dev/v4l2-nvdec /dev/v4l2-nvenc; do
    if [ -c "$node" ]; then found+=("$node"); fi
  done
  if [ ${#found[@]} -eq 0 ]; then
    rm -f "$drop_in"
    return
  fi
  install -d -m 755 "$(dirname "$drop_in")"
  {
    printf '%s\n' "# The video decoders that this machine has." '[Service]'
    printf 'DeviceAllow=%s rw\n' "${found[@]}"
  } >"$drop_in"
}
