// Prints what a browser downloads for the first page of dist/ and for each further file: as built, with gzip and with brotli.
// With --budget it fails where brotli is above tools/budget.json, and says what grew.
import { readdirSync, readFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url);
const html = readFileSync(new URL("index.html", dist), "utf8");
const linked = [...html.matchAll(/(?:href|src)="?\/([\w.-]+\.(?:css|js|wasm|svg))/g)].map(([, name]) => name);
const first = ["index.html", ...new Set(linked)];
const further = readdirSync(dist).filter((name) => /^(split|chunk)_.*\.wasm$/.test(name) && !first.includes(name));

const measured = (name) => {
  const bytes = readFileSync(new URL(name, dist));
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } });
  return [name, bytes.length, gzipSync(bytes, { level: 9 }).length, brotli.length];
};
const rows = first.map(measured);
const later = further.map(measured).sort((a, b) => b[3] - a[3]);
const sum = (column) => rows.reduce((total, row) => total + row[column], 0);
const table = [["first page", "raw", "gzip", "brotli"], ...rows, ["together", sum(1), sum(2), sum(3)], ["further files", "raw", "gzip", "brotli"], ...later];

const width = Math.max(...table.map(([name]) => name.length));
for (const [name, ...figures] of table) {
  console.log([name.padEnd(width), ...figures.map((figure) => String(figure).padStart(10))].join(""));
}

if (process.argv.includes("--budget")) {
  const budget = JSON.parse(readFileSync(new URL("budget.json", import.meta.url), "utf8"));
  // A name without its hash.
  const plain = (name) => name.replace(/-[0-9a-f]{12,16}/, "");
  const most = (name) => budget[name] ?? budget["other files"];
  const over = [["first page", sum(3), budget["first page"]], ...later.map(([name, , , brotli]) => [plain(name), brotli, most(plain(name))])];
  const grown = over.filter(([, bytes, most]) => bytes > most);
  for (const [name, bytes, most] of grown) console.error(`${name}: ${bytes} bytes, ${bytes - most} above its budget of ${most}`);
  if (grown.length > 0) process.exit(1);
  console.log(`Within the budget: the first page has ${budget["first page"] - sum(3)} bytes left.`);
}
