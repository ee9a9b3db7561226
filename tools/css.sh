#!/bin/sh
# Joins the stylesheets into target/style/app.css, tokens first, print last. Trunk hashes and minifies the result.
set -eu
cd "$(dirname "$0")/.."
LC_ALL=C
export LC_ALL

out=target/style/app.css
mkdir -p target/style
cat style/tokens.css style/base.css style/shell.css style/parts/*.css style/pages/*.css style/print.css >"$out.new"
if cmp -s "$out.new" "$out"; then rm "$out.new"; else mv "$out.new" "$out"; fi
