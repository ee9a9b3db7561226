#!/usr/bin/env bash
# Prints the path of a Chromium that starts; fails if there is none. CHROMIUM names one outright.
set -euo pipefail

for name in "${CHROMIUM:-}" chromium /usr/bin/chromium chromium-browser google-chrome; do
  [ -n "$name" ] || continue
  path=$(command -v "$name" 2>/dev/null) || continue
  if "$path" --version >/dev/null 2>&1; then
    printf '%s\n' "$path"
    exit 0
  fi
done
exit 1
