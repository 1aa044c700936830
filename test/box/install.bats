#!/usr/bin/env bats
# The installer on a booted Debian, in the order in which a box lives through it. Run by
# scripts/test-box, which names ROOT (a Debian with systemd and ffmpeg), BUNDLE (the folder with what
# ./scripts/bundle made), BOXES and CAMERA (an address that plays).
bats_require_minimum_version 1.5.0

setup_file() {
  . "$BATS_TEST_DIRNAME/box.sh"
  export NAME=nj-$SUITE PASSWORD="correct horse battery"
  box_up "$NAME" "$ROOT" --bind-ro="$BUNDLE:/bundle" --bind-ro="$BATS_TEST_DIRNAME:/test"
  unpack "$NAME" /root/new
}

teardown_file() {
  . "$BATS_TEST_DIRNAME/box.sh"
  box_down "$NAME"
  box_down "$NAME-alone"
}

setup() {
  . "$BATS_TEST_DIRNAME/box.sh"
}

unpack() {
  box "$1" bash -c "mkdir -p $2 && dpkg-deb --fsys-tarfile /bundle/*.deb |
    tar -x -C $2 --strip-components=4 ./opt/nightjar/package"
}

# vary FOLDER VERSION COMMAND: a copy of the bundle that is another version.
vary() {
  box "$NAME" bash -c "cp -a /root/new $1 && cd $1 &&
    sed -i 's/\"version\": \"[^\"]*\"/\"version\": \"$2\"/' package.json && $3 && rm SHA256SUMS &&
    find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum >/tmp/sums && mv /tmp/sums SHA256SUMS"
}

ask() {
  box "$NAME" /opt/nightjar/current/bin/node /test/ask.mjs "$PASSWORD" "$@"
}

main_pid() {
  box "$NAME" systemctl show --property MainPID --value nightjar
}

# await_restart PID SECONDS: until another process is the service, and it is up.
await_restart() {
  local second now
  for second in $(seq "$2"); do
    now=$(main_pid)
    if [ "$now" != "$1" ] && [ "$now" != 0 ] && box "$NAME" systemctl is-active --quiet nightjar; then
      echo "after $second s"
      return 0
    fi
    sleep 1
  done
  return 1
}

@test "installed, it is active and enabled, and the page answers" {
  run -0 box "$NAME" /root/new/scripts/install.sh --offline
  [[ $output == *"The page asks for the setup code"* ]]
  run -0 box "$NAME" systemctl is-active nightjar
  run -0 box "$NAME" systemctl is-enabled nightjar
  run -0 box "$NAME" /opt/nightjar/current/bin/node -e \
    'fetch("http://127.0.0.1:8000/").then(async (a) => process.exit((await a.text()).includes("<html") ? 0 : 1))'
  run -0 box "$NAME" stat -c '%U %G %a' /etc/nightjar /etc/nightjar/nightjar.yaml /var/lib/nightjar
  [ "${lines[0]}" = "root nightjar 750" ]
  [ "${lines[1]}" = "root nightjar 640" ]
  [ "${lines[2]}" = "nightjar nightjar 750" ]
}

@test "installed again, nothing is started anew" {
  local before
  before=$(main_pid)
  run -0 box "$NAME" /root/new/scripts/install.sh --offline
  [[ $output == *"runs already"* ]]
  [ "$(main_pid)" = "$before" ]
}

@test "a camera's events flow" {
  box "$NAME" bash -c "sed -i 's#^cameras: .*#cameras: [{ id: yard, url: \"$CAMERA\" }]#' /etc/nightjar/nightjar.yaml"
  run -0 box "$NAME" systemctl reload nightjar
  run -0 box "$NAME" bash -c "echo '$PASSWORD' | nightjar user add guard --role admin --password-stdin"
  run -0 ask /events items
}

@test "killed, it is started again" {
  local pid
  pid=$(main_pid)
  box "$NAME" bash -c "kill -KILL $pid"
  run -0 await_restart "$pid" 20
  run -0 ask /events items
}

@test "hung, it is killed by the watchdog and started again" {
  local pid
  pid=$(main_pid)
  box "$NAME" bash -c "kill -STOP $pid"
  run -0 await_restart "$pid" 70
  run -0 box "$NAME" journalctl --unit nightjar --lines 100 --output cat
  [[ $output == *"Failed with result 'watchdog'"* ]]
}

@test "after a power cut it is up by itself, with its data" {
  local before
  before=$(ask /events items)
  box_cut_power "$NAME"
  box_boot "$NAME" --bind-ro="$BUNDLE:/bundle" --bind-ro="$BATS_TEST_DIRNAME:/test"
  run -0 ask /events items
  [ "$output" -ge "$before" ] || [ "$output" -ge 20 ]
  run -0 box "$NAME" systemctl is-active nightjar
}

@test "upgraded, it keeps its data and its configuration" {
  vary /root/newer 9.1.0 true
  local configuration
  configuration=$(box "$NAME" sha256sum /etc/nightjar/nightjar.yaml)
  run -0 box "$NAME" /root/newer/scripts/install.sh upgrade --offline
  run -0 box "$NAME" readlink /opt/nightjar/current
  [[ $output == */9.1.0-* ]]
  [ "$(box "$NAME" sha256sum /etc/nightjar/nightjar.yaml)" = "$configuration" ]
  run -0 ask /events items
}

@test "a version that does not come up is taken back by itself" {
  vary /root/broken 9.2.0 "sed -i '2i if (process.argv[2] === \"run\") process.exit(1);' dist/main.js"
  run -1 box "$NAME" /root/broken/scripts/install.sh upgrade --offline
  [[ $output == *"The version before it runs again"* ]]
  run -0 box "$NAME" readlink /opt/nightjar/current
  [[ $output == */9.1.0-* ]]
  run -0 ask /events items
}

@test "a bundle with a damaged file is refused, and nothing changes" {
  box "$NAME" bash -c 'cp -a /root/new /root/damaged && echo >>/root/damaged/dist/main.js'
  run -1 box "$NAME" /root/damaged/scripts/install.sh upgrade --offline
  [[ $output == *"nothing was changed"* ]]
  run -0 box "$NAME" systemctl is-active nightjar
}

@test "rolled back, the version before runs" {
  run -0 box "$NAME" /opt/nightjar/current/scripts/install.sh rollback
  run -0 box "$NAME" readlink /opt/nightjar/current
  [[ $output != */9.1.0-* ]]
  run -0 ask /events items
}

@test "the unit is verified, and its exposure is at most 1.5" {
  run -0 box "$NAME" systemd-analyze verify /etc/systemd/system/nightjar.service
  [ -z "$output" ]
  run -0 box "$NAME" systemd-analyze security --offline=true --threshold=15 nightjar.service
}

@test "uninstalled, its data and configuration stay; purged, nothing does" {
  run -0 box "$NAME" /opt/nightjar/current/scripts/install.sh uninstall
  run -0 box "$NAME" ls /var/lib/nightjar/nightjar.db /etc/nightjar/nightjar.yaml
  run ! box "$NAME" ls /opt/nightjar
  run -0 box "$NAME" /root/new/scripts/install.sh uninstall --purge
  run -0 box "$NAME" bash -c "find / -xdev -iname '*nightjar*' -not -path '/root/*' -not -path '/proc/*' \
    -not -path '/var/log/journal/*'; getent passwd nightjar || true"
  [ -z "$output" ]
}

@test "without any network a package from a stick is enough" {
  box_up "$NAME-alone" "$ROOT" --private-network --bind-ro="$BUNDLE:/bundle"
  run ! box "$NAME-alone" bash -c 'exec 3<>/dev/tcp/192.0.2.1/80'
  unpack "$NAME-alone" /root/new
  run -0 box "$NAME-alone" /root/new/scripts/install.sh --offline
  run -0 box "$NAME-alone" systemctl is-active nightjar
  box_down "$NAME-alone"
}
