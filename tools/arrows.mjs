// Reads the imports of every crate and holds them against the arrows that docs/architecture.md draws.
// An import that points up, a room that is not drawn, a circle without a name, and a forbidden crate are faults.
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const DOC = "docs/architecture.md";
const doc = readFileSync(join(ROOT, DOC), "utf8");
const faults = [];

/** Lines of the fenced block with this name. @param {string} name */
const block = (name) => {
  const found = new RegExp("^```" + name + "\\n([\\s\\S]*?)^```", "m").exec(doc)?.[1];
  if (found === undefined) faults.push(`${DOC} has no block \`${name}\``);
  return (found ?? "").split("\n").map((line) => line.trim()).filter(Boolean);
};

/** @param {string} folder @returns {string[]} */
const rustFiles = (folder) =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return rustFiles(path);
    return name.endsWith(".rs") ? [path] : [];
  });

/** Rust without comments, strings, and what is compiled for tests only. @param {string} source */
const plain = (source) => {
  const bare = source
    .replace(/\/\/.*$/gm, "")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/r(#*)"[\s\S]*?"\1|b?"(?:\\[\s\S]|[^"\\])*"/g, '""');
  let out = bare;
  for (let at; (at = out.search(/#\[cfg\(test\)\]\s*(?:#\[[^\]]*\]\s*)*(?:pub(?:\([^)]*\))?\s+)?mod \w+\s*\{/)) >= 0; ) {
    let depth = 0;
    let end = out.indexOf("{", at);
    do depth += { "{": 1, "}": -1 }[out[end++]] ?? 0;
    while (depth > 0 && end < out.length);
    out = out.slice(0, at) + out.slice(end);
  }
  return out;
};

/** `a::{b, c::{self, d}}` as whole paths. @param {string} tree @returns {string[][]} */
const spread = (tree) => {
  const brace = tree.indexOf("{");
  if (brace < 0) return [tree.replace(/\s+as\s+\w+\s*$/, "").split("::").map((part) => part.trim()).filter(Boolean)];
  const head = tree.slice(0, brace).split("::").map((part) => part.trim()).filter(Boolean);
  const parts = [""];
  let depth = 0;
  for (const letter of tree.slice(brace + 1, tree.lastIndexOf("}"))) {
    if (letter === "," && depth === 0) parts.push("");
    else {
      depth += { "{": 1, "}": -1 }[letter] ?? 0;
      parts[parts.length - 1] += letter;
    }
  }
  return parts.filter((part) => part.trim()).flatMap((part) => spread(part).map((path) => [...head, ...path]));
};

class Crate {
  /** @param {string} name @param {string} folder of its sources */
  constructor(name, folder) {
    this.name = name;
    const files = rustFiles(join(ROOT, folder)).filter((path) => !/\/tests(\.rs$|\/)/.test(path));
    /** module path such as `pages::billing` -> source */
    this.modules = new Map(
      files.map((path) => {
        const module = relative(join(ROOT, folder), path).replace(/\.rs$/, "").split("/").join("::");
        return [["lib", "main"].includes(module) ? "" : module, plain(readFileSync(path, "utf8"))];
      }),
    );
    // A binary beside a library: both are the root.
    if (existsSync(join(ROOT, folder, "lib.rs"))) this.modules.set("", plain(["lib.rs", "main.rs"].map((file) => join(ROOT, folder, file)).filter(existsSync).map((path) => readFileSync(path, "utf8")).join("\n")));
  }

  /** The deepest module that a path names, through `pub use` where there is one. @param {string[]} path @param {number} [hops] @returns {string} */
  resolve(path, hops = 0) {
    let depth = path.length;
    while (depth > 0 && !this.modules.has(path.slice(0, depth).join("::"))) depth -= 1;
    const module = path.slice(0, depth).join("::");
    const name = path[depth];
    if (!name || hops > 5) return module;
    for (const [, tree] of (this.modules.get(module) ?? "").matchAll(/\bpub(?:\([^)]*\))?\s+use\s+([^;]+);/g)) {
      for (const use of spread(tree)) {
        if (use.at(-1) !== name) continue;
        const target = this.absolute(use, module);
        if (target && target.join("::") !== path.join("::")) return this.resolve(target, hops + 1);
      }
    }
    return module;
  }

  /** A path inside this crate from its root, or nothing if it leads elsewhere. @param {string[]} path @param {string} from */
  absolute(path, from) {
    const here = from ? from.split("::") : [];
    if (path[0] === "crate" || path[0] === this.name) return path.slice(1);
    if (path[0] === "self") return [...here, ...path.slice(1)];
    let up = 0;
    while (path[up] === "super") up += 1;
    if (up > 0) return [...here.slice(0, here.length - up), ...path.slice(up)];
    return this.modules.has([...here, path[0]].join("::")) ? [...here, ...path] : undefined;
  }

  /** Every import as [from, to]. */
  *arrows() {
    for (const [from, source] of this.modules) {
      const uses = [...source.matchAll(/\buse\s+([^;]+);/g)].flatMap(([, tree]) => spread(tree));
      const inline = source.replace(/\buse\s+[^;]+;/g, "").matchAll(/\b((?:crate|super|self|[a-z_]\w*)(?:::\w+)+)/g);
      for (const path of [...uses, ...[...inline].map(([, text]) => text.split("::"))]) {
        const target = this.absolute(path, from);
        if (target) {
          const to = this.resolve(target);
          if (to !== from) yield [from, to];
        }
      }
    }
  }
}

/** Groups of nodes that reach each other. @param {Map<string, Set<string>>} graph */
const circles = (graph) => {
  const reach = (start) => {
    const seen = new Set();
    const open = [...(graph.get(start) ?? [])];
    for (let node; (node = open.pop()) !== undefined; ) if (!seen.has(node)) seen.add(node), open.push(...(graph.get(node) ?? []));
    return seen;
  };
  const reached = new Map([...graph.keys()].map((node) => [node, reach(node)]));
  const groups = new Set();
  for (const [node, seen] of reached) {
    if (seen.has(node)) groups.add([...reached.keys()].filter((other) => seen.has(other) && reached.get(other)?.has(node)).sort().join(" "));
  }
  return groups;
};

/** Circles among the children of each module; a parent and its own children are one house. @param {Crate} crate */
const circlesOf = (crate) => {
  /** @type {Map<string, Map<string, Set<string>>>} */
  const levels = new Map();
  for (const [from, to] of crate.arrows()) {
    const [a, b] = [from.split("::"), to.split("::")];
    let depth = 0;
    while (depth < a.length && depth < b.length && a[depth] === b[depth]) depth += 1;
    if (!from || !to || depth === a.length || depth === b.length) continue;
    const level = levels.get(a.slice(0, depth).join("::")) ?? new Map();
    levels.set(a.slice(0, depth).join("::"), level);
    for (const node of [a[depth], b[depth]]) if (!level.has(node)) level.set(node, new Set());
    level.get(a[depth]).add(b[depth]);
  }
  return [...levels].flatMap(([parent, graph]) => [...circles(graph)].map((group) => `${[crate.name, parent].filter(Boolean).join("::")}: ${group}`));
};

const app = new Crate("webriskops", "src");
const crates = readdirSync(join(ROOT, "crates")).map((name) => new Crate(name.replaceAll("-", "_"), `crates/${name}/src`));

const all = new Map([app, ...crates].map((crate) => [crate.name, crate]));
const room = (module) => module.split("::")[0];

// Circles: each one is named in the document, and none that is named is gone.
const named = new Set(block("circles").map((line) => line.split("·")[0].trim()));
const found = new Set([...all.values()].flatMap(circlesOf));
for (const circle of found) if (!named.has(circle)) faults.push(`A circle of imports that ${DOC} does not name: ${circle}`);
for (const circle of named) if (!found.has(circle)) faults.push(`${DOC} names a circle that is gone; delete it there: ${circle}`);
const explained = (crate, a, b) => [...named].some((line) => line.startsWith(`${crate}: `) && [a, b].every((one) => line.split(": ")[1].split(" ").includes(one)));

// Rooms: a line may import what stands below it, nothing beside or above. `domain` at the bottom stands for the crate.
let arrows = 0;
for (const [, name] of doc.matchAll(/^```rooms (\w+)$/gm)) {
  const crate = all.get(name);
  if (!crate) {
    faults.push(`${DOC} draws the rooms of a crate ${name} that does not exist`);
    continue;
  }
  const height = new Map(block(`rooms ${name}`).flatMap((line, at) => line.split("·")[0].trim().split(/\s+/).map((one) => [one, -at])));
  const rooms = new Set([...crate.modules.keys()].map(room).filter(Boolean));
  for (const one of rooms) if (!height.has(one)) faults.push(`${name}::${one} is not drawn in ${DOC}`);
  for (const one of height.keys()) if (!rooms.has(one) && one !== "domain") faults.push(`${DOC} draws ${name}::${one}, which is gone`);
  const uses = [...crate.arrows()].filter(([from, to]) => from && to);
  for (const [module, source] of crate.modules) if (module && name !== "domain" && /\bdomain::/.test(source)) uses.push([module, "domain"]);
  const upward = new Map();
  for (const [from, to] of uses) {
    const [a, b] = [room(from), room(to)];
    if (a === b) continue;
    arrows += 1;
    if (height.get(a) <= height.get(b) && !explained(name, a, b)) upward.set(`${from} ${b}`, `${name}::${from} imports ${b}, which does not stand below ${a} in ${DOC}`);
  }
  faults.push(...upward.values());
}

// What a crate must never link, however deep: read from Cargo.lock.
const packages = new Map();
for (const [, name, body] of readFileSync(join(ROOT, "Cargo.lock"), "utf8").matchAll(/\[\[package\]\]\nname = "([^"]+)"\n([\s\S]*?)(?=\n\[\[package\]\]|$)/g)) {
  const needs = [...(/dependencies = \[([\s\S]*?)\]/.exec(body)?.[1] ?? "").matchAll(/"([^" ]+)/g)].map(([, need]) => need);
  packages.set(name, new Set([...(packages.get(name) ?? []), ...needs]));
}
for (const line of block("never")) {
  const [crate, rest = ""] = line.split("↛").map((part) => part.trim());
  if (!packages.has(crate)) faults.push(`${DOC} speaks of a crate ${crate} that does not exist`);
  const seen = new Set();
  const open = [crate];
  for (let name; (name = open.pop()) !== undefined; ) if (!seen.has(name)) seen.add(name), open.push(...(packages.get(name) ?? []));
  for (const never of rest.split(/[\s,]+/).filter(Boolean)) if (seen.has(never)) faults.push(`${crate} links ${never}`);
}

if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exit(1);
}
console.log(`${arrows} imports between rooms point down, as ${DOC} draws them; circles: ${found.size}, all named.`);
