// Prints what a browser downloads for the first page of dist/: as built, with gzip and with brotli.
import { readFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url);
const html = readFileSync(new URL("index.html", dist), "utf8");
const linked = [...html.matchAll(/(?:href|src)="?\/([\w.-]+\.(?:css|js|wasm|svg))/g)].map(([, name]) => name);
const files = ["index.html", ...new Set(linked)];

const rows = files.map((name) => {
  const bytes = readFileSync(new URL(name, dist));
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } });
  return [name, bytes.length, gzipSync(bytes, { level: 9 }).length, brotli.length];
});
const sum = (column) => rows.reduce((total, row) => total + row[column], 0);
const table = [["bytes", "raw", "gzip", "brotli"], ...rows, ["together", sum(1), sum(2), sum(3)]];

const width = Math.max(...table.map(([name]) => name.length));
for (const [name, ...figures] of table) {
  console.log([name.padEnd(width), ...figures.map((figure) => String(figure).padStart(10))].join(""));
}
