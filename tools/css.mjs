// Dead and missing styles: a class that style/ describes and no view uses, and one that a view uses and no style describes.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Classes without a style of their own, each with the reason why they stay. */
const BARE = new Map([]);

/** @param {string} folder @param {RegExp} ending @returns {string[]} */
const files = (folder, ending) =>
  readdirSync(join(ROOT, folder)).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(join(ROOT, path)).isDirectory()) return files(path, ending);
    return ending.test(name) ? [path] : [];
  });
const read = (path) => readFileSync(join(ROOT, path), "utf8");

/** class -> file that describes it first @type {Map<string, string>} */
const styled = new Map();
for (const path of files("style", /\.css$/)) {
  const css = read(path).replace(/\/\*[\s\S]*?\*\//g, "").replace(/"[^"]*"/g, '""');
  // What stands before a brace is a selector, unless it is an at-rule.
  for (const [, selector] of css.matchAll(/([^;{}]+)\{/g)) {
    if (/^\s*@(?!scope)/.test(selector)) continue;
    for (const [, name] of selector.matchAll(/\.([a-zA-Z_][\w-]*)/g)) if (!styled.has(name)) styled.set(name, path);
  }
}

/** Classes that views name outright, with the file. @type {Map<string, string>} */
const named = new Map();
/** Every word that may be a class: words of strings that hold nothing but such words. */
const words = new Set();
const add = (text, path) => {
  for (const name of text.split(/\s+/).filter(Boolean)) {
    words.add(name);
    if (!named.has(name)) named.set(name, path);
  }
};
for (const path of [...files("src", /\.rs$/), ...files("crates/server/src", /\.rs$/), ...files("crates/domain/src", /\.rs$/), "index.html"]) {
  const text = read(path).replace(/^\s*\/\/.*$/gm, "");
  const views = path.startsWith("crates/") ? "" : text;
  for (const [, list] of views.matchAll(/\bclass="([^"]*)"/g)) add(list, path);
  for (const [, name] of views.matchAll(/\bclass:([\w-]+)=/g)) add(name, path);
  for (const [, list] of text.matchAll(/" ?((?:[a-z][a-z0-9-]*)(?: [a-z][a-z0-9-]*)*) ?"/g)) for (const name of list.split(" ")) words.add(name);
  for (const [, list] of text.matchAll(/class=\\?"([^"\\]*)\\?"/g)) for (const name of list.split(/\s+/)) words.add(name);
}

const faults = [];
for (const [name, path] of styled) if (!words.has(name)) faults.push(`${path} describes .${name}, which no view uses`);
for (const [name, path] of named) if (!styled.has(name) && !BARE.has(name)) faults.push(`${path} uses the class ${name}, which no style describes`);
for (const name of BARE.keys()) if (styled.has(name) || !named.has(name)) faults.push(`tools/css.mjs excuses ${name} for nothing`);

if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exit(1);
}
console.log(`${styled.size} classes are described and used.`);
