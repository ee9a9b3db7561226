// Keeps numbers and links true in both directions: what code and tests name exists in docs/, and what docs/ promise is
// named by a test or says why not. `make rows` also lists what is open; with --quiet only faults are printed.
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SKIP = new Set(["node_modules", "target", "dist", "data", "test-results", "playwright-report", "screenshots", "package-lock.json"]);
/** More numbers than this in one title prove nothing. */
const MOST = 3;

/** @param {string} folder @returns {string[]} */
function files(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (name.startsWith(".") || SKIP.has(name)) return [];
    if (statSync(path).isDirectory()) return files(path);
    return /\.(rs|ts|mjs|js|sh|sql|css|md|toml|html|json)$/.test(name) || name === "Makefile" ? [path] : [];
  });
}

const faults = [];
const sources = new Map(files(ROOT).map((path) => [relative(ROOT, path), readFileSync(path, "utf8")]));

// What is promised: `- S0-1 text`, its continuation lines, and notes of the form `Open: …` and `Held by: …`.
/** @type {Map<string, {text: string, open?: string, heldBy?: string}>} */
const promised = new Map();
for (const name of ["behaviours", "decisions", "ledger"]) {
  const text = sources.get(join("docs", `${name}.md`)) ?? "";
  for (const [, id, body] of text.matchAll(/^- ((?:S\d|I|inv)-\d+) ((?:.+\n)(?: {2}.+\n)*)/gm)) {
    if (promised.has(id)) faults.push(`${id} stands twice in docs/`);
    const notes = { text: "" };
    let at = "text";
    for (const line of body.trim().split("\n")) {
      const [, note, rest] = /^ {2}(Open|Held by): (.+)$/.exec(line) ?? [];
      if (note) at = note;
      notes[at] = `${notes[at] ?? ""} ${rest ?? line.trim()}`.trim();
    }
    promised.set(id, { text: notes.text, open: notes["Open"], heldBy: notes["Held by"] });
  }
}

// What tests claim: numbers at the head of the titles of tests and steps, and of the names of Rust tests.
const named = new Set();
const claim = (path, title, ids) => {
  for (const id of ids) named.add(id);
  if (ids.filter((id) => id.startsWith("S")).length > MOST) faults.push(`${path}: more than ${MOST} numbers in "${title.slice(0, 60)}…"`);
};
const bare = (source) => source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
const TITLE = /(?:\btest(?:\.\w+)?\(\s*|\btitle:\s*)(["'`])((?:S\d-\d+\s+)+)/g;
const FUNCTION = /#\[(?:\w+::)*(?:test|wasm_bindgen_test)\b[^\]]*\]\s*(?:#\[[^\]]*\]\s*)*(?:pub\s+)?(?:async\s+)?fn\s+((?:(?:s\d|inv)_\d+_)+)/g;
for (const [path, text] of sources) {
  if (path.startsWith("end2end/tests/")) for (const [, , ids] of bare(text).matchAll(TITLE)) claim(path, ids, ids.trim().split(/\s+/));
  if (!path.endsWith(".rs")) continue;
  for (const [, ids] of bare(text).matchAll(FUNCTION)) {
    claim(path, ids, [...ids.matchAll(/(s\d|inv)_(\d+)_/g)].map(([, kind, n]) => `${kind.replace("s", "S")}-${Number(n)}`));
  }
}

// Whatever is mentioned must exist; a decision counts as named where the code mentions it.
for (const [path, text] of sources) {
  for (const [, id] of text.matchAll(/\b(S[0-3]-\d+|I-\d+|inv[-_]\d+)(?!\d|-\d)/g)) {
    const key = id.replace(/^inv[-_]0*/, "inv-");
    if (!promised.has(key)) faults.push(`${path} names ${key}, which is not in docs/`);
    if (key.startsWith("I-") && !path.startsWith("docs/")) named.add(key);
  }
}
for (const [id, { open, heldBy }] of promised) {
  const held = heldBy?.match(/(?:S\d|I|inv)-\d+/g) ?? [];
  for (const other of held) if (!named.has(other) && !promised.get(other)?.open) faults.push(`${id} is held by ${other}, which no test names`);
  if (named.has(id) && open) faults.push(`${id} is called open in docs/, but named; delete its "Open:" line, or the number`);
  if (!named.has(id) && !open && held.length === 0) faults.push(`${id} is named by nothing, and docs/ do not say why it is open`);
}

// Every mention of a document leads to one, down to the heading.
const anchors = (text) => new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, head]) => head.toLowerCase().replace(/[^\w\s-]/g, "").trim().replace(/\s/g, "-")));
for (const [path, text] of sources) {
  for (const [, file, anchor] of text.matchAll(/(?<![\w/.])((?:[\w.-]+\/)*[\w-]+\.md)(?:#([\w-]+))?/g)) {
    const found = [file, join(dirname(path), file)].map((at) => join(at)).find((at) => existsSync(join(ROOT, at)));
    if (!found) faults.push(`${path} mentions ${file}, which does not exist`);
    else if (anchor && !anchors(sources.get(found) ?? "").has(anchor)) faults.push(`${path} mentions ${file}#${anchor}; there is no such heading`);
  }
}

if (!process.argv.includes("--quiet")) {
  const open = [...promised].filter(([, row]) => row.open);
  for (const [id, row] of open) console.log(`${id}  ${row.text}\n      Open: ${row.open}\n`);
  console.log(`${promised.size - open.length} of ${promised.size} behaviours, decisions and invariants are shown; ${open.length} are open.`);
}
if (faults.length > 0) {
  console.error([...new Set(faults)].join("\n"));
  process.exitCode = 1;
}
