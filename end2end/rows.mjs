// Which numbered behaviours no test names. `make rows`
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const ROOT = join(HERE, "..");
const SKIP = new Set(["node_modules", "target", "dist", "test-results", "playwright-report", "screenshots"]);

/** @param {string} folder @param {string} ending @returns {string[]} */
function files(folder, ending) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (name.startsWith(".") || SKIP.has(name)) return [];
    if (statSync(path).isDirectory()) return files(path, ending);
    return name.endsWith(ending) ? [path] : [];
  });
}

/** @param {string} source without its comments */
function code(source) {
  return source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}

/** Numbers that stand in the titles of Playwright tests: `test("S0-9 …")`, or a title in a table of them. @param {string} source */
function titles(source) {
  const strings = code(source).matchAll(/(?:\btest(?:\.\w+)?\(\s*|\btitle:\s*)(["'`])((?:S\d-\d+\s+)+)/g);
  return [...strings].flatMap((match) => match[2]?.trim().split(/\s+/) ?? []);
}

/** Numbers at the head of names of Rust functions that are marked as tests: `fn s0_9_s1_8_selecting…`. @param {string} source */
function functions(source) {
  const names = code(source).matchAll(/#\[(?:\w+::)*(?:test|wasm_bindgen_test)\b[^\]]*\]\s*(?:#\[[^\]]*\]\s*)*(?:pub\s+)?(?:async\s+)?fn\s+((?:s\d_\d+_)+)/g);
  // Inside proptest! the attribute stands the same way before the function.
  return [...names].flatMap((match) => [...(match[1] ?? "").matchAll(/s(\d)_(\d+)_/g)].map((one) => `S${one[1]}-${one[2]}`));
}

/** @type {Map<string, string>} */
const rows = new Map();
for (const line of readFileSync(join(HERE, "behaviours.md"), "utf8").split("\n")) {
  const row = /^- (S\d-\d+) (.+)$/.exec(line);
  if (row?.[1] && row[2]) rows.set(row[1], row[2]);
}

const named = new Set();
for (const path of files(join(HERE, "tests"), ".ts")) for (const id of titles(readFileSync(path, "utf8"))) named.add(id);
for (const path of files(ROOT, ".rs")) for (const id of functions(readFileSync(path, "utf8"))) named.add(id);

const unknown = [...named].filter((id) => !rows.has(id));
const missing = [...rows].filter(([id]) => !named.has(id));
for (const [id, text] of missing) console.log(`${id}  ${text}`);
console.log(`\n${rows.size - missing.length} of ${rows.size} behaviours are named by a test; ${missing.length} are not.`);
if (unknown.length > 0) {
  console.error(`Tests name numbers that do not exist: ${unknown.join(", ")}`);
  process.exitCode = 1;
}
