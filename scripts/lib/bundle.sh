# What a box gets: one folder with its own Node, the built daemon and page, and the production
# packages with their prebuilt binaries for one processor. Sourced by scripts/bundle and
# scripts/install.sh.
# shellcheck shell=bash

# The parts of a native package that its program never reads.
NEVER_READ=(
  better-sqlite3/deps
  better-sqlite3/src
  fluent-ffmpeg/coverage
  bintrees/test
)

# assemble CPU FOLDER: needs the built dist of this clone, and npm. Run as scripts/lib/assemble.
assemble() {
  local cpu=$1 folder=$2
  mkdir -p "$folder/bin"
  cp -a dist drizzle package.json package-lock.json .npmrc LICENSE README.md CHANGELOG.md docs "$folder/"
  mkdir -p "$folder/config" "$folder/systemd" "$folder/scripts/lib"
  cp -a config/. "$folder/config/"
  cp -a systemd/. "$folder/systemd/"
  cp -a scripts/install.sh "$folder/scripts/"
  cp -a scripts/lib/terminal.sh scripts/lib/install "$folder/scripts/lib/"
  (cd "$folder" && npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
    --os=linux --cpu="$cpu" --libc=glibc)
  install -m 755 "$folder/node_modules/node-linux-$cpu/bin/node" "$folder/bin/node"
  cp "$folder/node_modules/node-linux-$cpu/LICENSE" "$folder/bin/node.LICENSE"
  node scripts/parts.ts "$folder" "$(release_time)" >"$folder/sbom.cdx.json"
  rm -rf "$folder"/node_modules/node-linux-* "$folder/.npmrc" "$folder/package-lock.json" \
    "$folder/node_modules/.bin" "$folder/node_modules/.package-lock.json"
  prune "$cpu" "$folder"
  refuse_foreign_programs "$cpu" "$folder"
  find "$folder" -exec touch -h -d "@$(release_time)" {} +
  chmod -R u=rwX,go=rX "$folder"
  (cd "$folder" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum) >"$folder.sums"
  mv "$folder.sums" "$folder/SHA256SUMS"
  touch -d "@$(release_time)" "$folder/SHA256SUMS" "$folder"
}

prune() {
  local cpu=$1 folder=$2 part
  for part in "${NEVER_READ[@]}"; do rm -rf "$folder/node_modules/$part"; done
  # Prebuilt binaries of other systems and processors.
  find "$folder/node_modules" -type d -name prebuilds -print0 |
    while IFS= read -r -d '' prebuilds; do
      find "$prebuilds" -mindepth 1 -maxdepth 1 ! -name "linux-$cpu*" -exec rm -rf {} +
    done
  find "$folder/node_modules" -name '*.musl.node' -delete
  find "$folder/node_modules" \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' \
    -o -name '*.d.cts' \) -type f -delete
  find "$folder/dist" -name '*.map' -type f -delete
}

# Byte 18 of an ELF file says for which processor it is: 62 x86-64, 183 AArch64.
refuse_foreign_programs() {
  local cpu=$1 folder=$2 wanted file found=0
  wanted=$([ "$cpu" = x64 ] && echo 62 || echo 183)
  while IFS= read -r -d '' file; do
    [ "$(head -c 4 "$file" | od -An -c | tr -d ' ')" = '177ELF' ] || continue
    found=$((found + 1))
    [ "$(od -An -tu1 -j18 -N1 "$file" | tr -d ' ')" = "$wanted" ] ||
      fail "$file is not a program for $cpu."
  done < <(find "$folder" -type f \( -name '*.node' -o -name '*.so*' -o -path '*/bin/node' \) -print0)
  [ "$found" -ge 5 ] || fail "Only $found programs are in the bundle; Node and four libraries belong."
}

# The time of the commit, so that the same commit gives the same bytes.
release_time() {
  echo "${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 1790000000)}"
}
