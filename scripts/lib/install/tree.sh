# Where the program comes from, and the versions of it that stand side by side.
# shellcheck shell=bash

# Says the folder: this bundle, the given one, or one that is built from this clone.
find_tree() {
  local bundle=$1 work=$2 offline=$3
  if [ -n "$bundle" ]; then
    [ -f "$bundle" ] || fail "There is no file $bundle."
    say "Unpacking $bundle"
    unpack "$(readlink -f "$bundle")" "$work/bundle"
    echo "$work/bundle"
  elif [ -f "$HERE/SHA256SUMS" ]; then
    echo "$HERE"
  else
    build_tree "$work/built" "$offline" >&2
    echo "$work/built"
  fi
}

# dpkg-deb knows its own compression; tar needs the program xz for the other.
unpack() {
  local file=$1 folder=$2
  mkdir -p "$folder"
  case $file in
    *.deb)
      dpkg-deb --fsys-tarfile "$file" |
        tar -x -C "$folder" --strip-components=4 ./opt/nightjar/package
      ;;
    *.tar.xz)
      command -v xz >/dev/null ||
        fail "xz is missing, so a .tar.xz cannot be unpacked. Install xz-utils, or take the .deb."
      tar -xJf "$file" -C "$folder" --strip-components=1
      ;;
    *) fail "$file is no bundle: a .tar.xz or a .deb of ./scripts/bundle is." ;;
  esac
  [ -f "$folder/SHA256SUMS" ] || fail "$file holds no Nightjar."
}

build_tree() {
  local folder=$1 offline=$2
  (
    cd "$HERE" || exit 1
    . scripts/lib/packages.sh
    . scripts/lib/node.sh
    . scripts/lib/bundle.sh
    [ "$offline" = no ] || fail "A clone needs the network to be built. Give a bundle with --bundle."
    require_packages ca-certificates curl
    provide_node
    provide_dependencies
    build_appliance
    run_quietly "Assembling the program" .tools/log/assemble.log \
      scripts/lib/assemble "$(name_cpu)" "$folder"
  )
}

refuse_damaged() {
  (cd "$1" && sha256sum --check --quiet --strict SHA256SUMS) >&2 ||
    fail "Some files of the bundle are not what they were. Fetch it again; nothing was changed."
}

# The version and the first of its checksums: two builds of one version are told apart.
name_release() {
  local version
  version=$(awk -F '"' '$2 == "version" { print $4; exit }' "$1/package.json")
  echo "$version-$(sha256sum <"$1/SHA256SUMS" | head -c 8)"
}

# Complete or absent: a folder that was cut short has another name.
keep_tree() {
  local tree=$1 release=$2 folder=$HOME_FOLDER/versions/$2
  if [ "$tree" = "$folder" ] || [ -f "$folder/SHA256SUMS" ]; then return; fi
  say "Putting version $release into $folder"
  mkdir -p "$HOME_FOLDER/versions"
  rm -rf "$folder.new"
  # By hard links where it is the package's own folder: dpkg replaces files, it does not write into them.
  cp -al "$tree" "$folder.new" 2>/dev/null || { rm -rf "$folder.new" && cp -a "$tree" "$folder.new"; }
  chown -R root:root "$folder.new"
  chmod 755 "$folder.new"
  sync -f "$HOME_FOLDER"
  mv "$folder.new" "$folder"
}

# This one and the one before it are kept.
forget_old_versions() {
  local folder kept
  for folder in "$HOME_FOLDER"/versions/*; do
    kept=no
    for link in current previous; do
      if [ "$folder" = "$(readlink -f "$HOME_FOLDER/$link")" ]; then kept=yes; fi
    done
    if [ "$kept" = no ]; then rm -rf "$folder"; fi
  done
}
