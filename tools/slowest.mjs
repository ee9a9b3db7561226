// Prints the five slowest Rust tests and the five slowest browser tests of the last run, from what they wrote to target/log.
import { existsSync, readFileSync } from "node:fs";

const LOG = new URL("../target/log/", import.meta.url);
const MOST = 5;
/** @param {string} name */
const read = (name) => (existsSync(new URL(name, LOG)) ? readFileSync(new URL(name, LOG), "utf8") : "");

/** @param {string} title @param {{name: string, seconds: number}[]} tests */
const print = (title, tests) => {
  if (tests.length === 0) return;
  console.log(`\nThe slowest ${title}:`);
  for (const { name, seconds } of tests.sort((a, b) => b.seconds - a.seconds).slice(0, MOST)) console.log(`${seconds.toFixed(1).padStart(7)} s  ${name}`);
};

print("Rust tests", [...read("rust-tests.log").matchAll(/^test (\S+)(?: - should panic)? \.\.\. \w+ <([\d.]+)s>$/gm)].map(([, name, seconds]) => ({ name, seconds: Number(seconds) })));

/** @param {any} suite @returns {{name: string, seconds: number}[]} */
const specs = (suite) => [
  ...(suite.specs ?? []).flatMap((spec) => spec.tests.map((test) => ({ name: `${spec.file} ${spec.title}`, seconds: test.results.reduce((sum, result) => sum + result.duration, 0) / 1000 }))),
  ...(suite.suites ?? []).flatMap(specs),
];
const browser = read("end-to-end.json");
print("browser tests", browser ? JSON.parse(browser).suites.flatMap(specs) : []);
