#!/usr/bin/env bash
# Whether download.sh takes the archive that is pinned, and nothing else. No network: archives lie in a scratch folder.
set -euo pipefail
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

mkdir -p "$scratch/tool-1.0"
printf '#!/bin/sh\necho "tool 1.0"\n' >"$scratch/tool-1.0/tool"
tar -czf "$scratch/tool.tar.gz" -C "$scratch" tool-1.0
sum=$({ sha256sum "$scratch/tool.tar.gz" 2>/dev/null || shasum -a 256 "$scratch/tool.tar.gz"; } | cut -d ' ' -f 1)
take() { ./download.sh "file://$1" "$2" "$3" "$scratch/bin" 2>/dev/null; }
wrong() { printf '%s\n' "download.sh: $1" >&2; exit 1; }

! take "$scratch/tool.tar.gz" "${sum/[0-9a-f]/x}" tool || wrong "an archive with another checksum was taken"
! take "$scratch/nowhere.tar.gz" "$sum" tool || wrong "an archive that is not there was taken"
! take "$scratch/tool.tar.gz" "$sum" other || wrong "a program that is not in the archive was taken"
[ ! -e "$scratch/bin" ] || wrong "a refusal left something behind"
take "$scratch/tool.tar.gz" "$sum" tool || wrong "the pinned archive was refused"
[ "$("$scratch/bin/tool")" = "tool 1.0" ] || wrong "the program does not run"
