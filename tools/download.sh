#!/usr/bin/env bash
# download.sh URL SHA256 PROGRAM FOLDER: takes PROGRAM out of a release archive into FOLDER, if the archive is the one that is known.
# Ends with 1 and leaves nothing behind when it cannot be reached or is another one; the caller then builds from source.
set -euo pipefail
url=$1 sum=$2 program=$3 folder=$4

command -v curl >/dev/null && command -v tar >/dev/null || exit 1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

curl --fail --silent --location --connect-timeout 5 --max-time 180 --output "$scratch/archive" "$url" || exit 1
found=$({ sha256sum "$scratch/archive" 2>/dev/null || shasum -a 256 "$scratch/archive"; } | cut -d ' ' -f 1)
if [ "$found" != "$sum" ]; then
  printf '%s\n' "What lies at $url is not what is pinned: its SHA-256 is $found. It is not used." >&2
  exit 1
fi
mkdir "$scratch/out"
tar -xzf "$scratch/archive" -C "$scratch/out"
path=$(find "$scratch/out" -type f -name "$program" | head -n 1)
[ -n "$path" ] || exit 1
mkdir -p "$folder"
install -m 755 "$path" "$folder/$program"
