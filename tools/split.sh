#!/bin/sh
# Cuts the release build of the app into the files that src/lazy.rs names, in place of the single one that Trunk made.
# Their names carry the hash that Trunk gave: files of different builds never meet. Without SPLIT the build stays whole.
set -eu
[ "${SPLIT:-}" = 1 ] || exit 0

wasm=${CARGO_TARGET_DIR:-target}/wasm32-unknown-unknown/wasm/webriskops.wasm
name=$(basename "$TRUNK_STAGING_DIR"/webriskops-*.js .js)
hash=${name##*-}
cut=$(mktemp -d)
trap 'rm -rf "$cut"' EXIT

wasm-split-cli --out-name "$name" "$wasm" "$cut"
wasm-bindgen --target web --no-typescript --keep-lld-exports --out-name "$name" --out-dir "$TRUNK_STAGING_DIR" "$cut/$name.wasm"

# The wasm imports ./__wasm_split.js by this name; only the statement that loads it says where it is.
sed -i.old "s#from \"./__wasm_split.js\"#from \"./split-$hash.js\"#" "$TRUNK_STAGING_DIR/$name.js"
rm "$TRUNK_STAGING_DIR/$name.js.old"
sed "s#\(\./[a-z]*_[a-z0-9_]*\)\.wasm#\1-$hash.wasm#" "$cut/__wasm_split.js" >"$TRUNK_STAGING_DIR/split-$hash.js"
for file in "$cut"/split_*.wasm "$cut"/chunk_*.wasm; do
  [ -e "$file" ] && mv "$file" "$TRUNK_STAGING_DIR/$(basename "$file" .wasm)-$hash.wasm"
done

# Comments and indentation are for people.
for script in "$TRUNK_STAGING_DIR/$name.js" "$TRUNK_STAGING_DIR/split-$hash.js"; do
  sed -i.old -e '/^ *\/\*\*/,/\*\/ *$/d' -e 's/^ *//' -e '/^$/d' "$script"
  rm "$script.old"
done

# The second script is asked for with the first one, not after it.
sed -i.old "s#</head>#<link crossorigin href=/split-$hash.js rel=modulepreload></head>#" "$TRUNK_STAGING_DIR/index.html"
rm "$TRUNK_STAGING_DIR/index.html.old"
