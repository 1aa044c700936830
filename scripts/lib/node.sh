# Node, npm, the packages of the lock file and the build. The machine's own Node is never used: it
# may be missing or old. Ours stands in .tools/node, at the version and checksum of the lock file.
# shellcheck shell=bash

NPM_VERSION=11.21.2
NPM_CHECKSUM='sha512-7HPApk+AflMUavSseL1Pm6CnYqMIHk53x+KmuhqmTDqPkjPMgxIpTPcTqsE91EKNw4gFBJV9fnXiSdGm1DXq9A=='

provide_node() {
  local cpu version checksum
  trust_system_certificates
  cpu=$(name_cpu)
  version=$(read_lock "node-linux-$cpu" version)
  checksum=$(read_lock "node-linux-$cpu" integrity)
  if [ "$(.tools/node/bin/node --version 2>/dev/null)" != "v$version" ]; then
    say "Fetching Node $version"
    fetch_package "node-linux-$cpu" "$version" "$checksum" .tools/node
  fi
  if [ "$(read_version .tools/npm/package.json)" != "$NPM_VERSION" ]; then
    say "Fetching npm $NPM_VERSION"
    fetch_package npm "$NPM_VERSION" "$NPM_CHECKSUM" .tools/npm
  fi
  # Scripts of package.json call npm by its name.
  ln -sf ../../npm/bin/npm-cli.js .tools/node/bin/npm
  PATH="$PWD/.tools/node/bin:$PATH"
  export PATH
}

# The stamp holds the lock file that node_modules was made from, so a second run skips this.
provide_dependencies() {
  local stamp=node_modules/.installed-lock.json
  if cmp -s package-lock.json "$stamp"; then return; fi
  run_quietly "Installing the locked npm packages" .tools/log/npm-ci.log \
    npm ci --ignore-scripts --no-audit --no-fund
  cp package-lock.json "$stamp"
}

build_appliance() {
  run_quietly "Building the daemon and the page" .tools/log/build.log npm run build
}

# A site with a certificate authority of its own has it in the system's store, where Node does not
# look by itself.
trust_system_certificates() {
  local store=/etc/ssl/certs/ca-certificates.crt
  if [ -z "${NODE_EXTRA_CA_CERTS:-}" ] && [ -f "$store" ]; then
    export NODE_EXTRA_CA_CERTS="$store"
  fi
}

name_cpu() {
  case $(uname -m) in
    x86_64) echo x64 ;;
    aarch64) echo arm64 ;;
    *) fail "There is no Node for a $(uname -m) here; x86_64 and aarch64 are supported." ;;
  esac
}

# One field of one package in package-lock.json, which npm writes with one field a line.
read_lock() {
  awk -v package="\"node_modules/$1\": {" -v field="\"$2\":" '
    index($0, package) { inside = 1 }
    inside && index($0, field) { split($0, parts, "\""); print parts[4]; exit }
  ' package-lock.json
}

read_version() {
  awk -F '"' '$2 == "version" { print $4; exit }' "$1" 2>/dev/null
}

# Unpacks a package of the npm registry into a folder, once its checksum fits.
fetch_package() {
  local name=$1 version=$2 checksum=$3 folder=$4 unpacked
  command -v curl >/dev/null || fail "curl is missing. Install curl and ca-certificates."
  mkdir -p .tools
  unpacked=$(mktemp -d .tools/fetch.XXXXXX)
  curl -fsSL --retry 3 --connect-timeout 15 --max-time 900 -o "$unpacked/package.tgz" \
    "$(find_registry)/$name/-/$name-$version.tgz" ||
    fail "$name $version cannot be fetched from $(find_registry). Check the network;" \
      "behind a mirror set npm_config_registry to its address."
  has_checksum "$unpacked/package.tgz" "$checksum" ||
    fail "$name $version from $(find_registry) is not the file that this version of Nightjar pins."
  tar -xzf "$unpacked/package.tgz" -C "$unpacked"
  rm -rf "$folder"
  mv "$unpacked/package" "$folder"
  rm -rf "$unpacked"
}

find_registry() {
  local registry=${npm_config_registry:-}
  if [ -z "$registry" ] && command -v npm >/dev/null; then
    registry=$(npm config get registry 2>/dev/null || true)
  fi
  case $registry in
    http://* | https://*) echo "${registry%/}" ;;
    *) echo https://registry.npmjs.org ;;
  esac
}

# npm writes checksums in base64, sha512sum reads them in hexadecimal.
has_checksum() {
  local hexadecimal
  hexadecimal=$(printf %s "${2#sha512-}" | base64 -d | od -An -vtx1 | tr -d ' \n')
  echo "$hexadecimal  $1" | sha512sum --check --status
}
