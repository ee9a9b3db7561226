// Checks the contrast of every pair of colours that style/ uses, in the light and in the dark palette.
// Text needs 4.5:1 (WCAG 1.4.3); edges of controls, the focus ring and segments of bars need 3:1 (1.4.11).
// A colour token that no pair mentions is an error, so that a new one cannot slip in unchecked.
import { readFileSync } from "node:fs";

const css = readFileSync(new URL("../style/tokens.css", import.meta.url), "utf8");

/** token -> [light, dark], as written in tokens.css */
const tokens = new Map();
for (const [, name, light, dark] of css.matchAll(/--([\w-]+):\s*light-dark\((#[\da-f]{6}),\s*(#[\da-f]{6})\);/gi)) {
  tokens.set(name, [light, dark]);
}

const surfaces = ["paper", "card", "sunken", "hover"];
const pairs = [];
const need = (ratio, fronts, backs, why) => {
  for (const front of [fronts].flat()) for (const back of [backs].flat()) pairs.push({ ratio, front, back, why });
};

need(4.5, ["ink", "ink-2"], [...surfaces, "accent-soft"], "text");
need(4.5, "ink", ["ok-soft", "hold-soft", "stop-soft"], "text of a notice");
need(4.5, ["accent", "accent-strong"], [...surfaces, "accent-soft"], "link");
need(4.5, "on-accent", ["accent", "accent-strong"], "primary button");
need(4.5, "card", ["ok", "stop"], "mark on a stage or an error");
for (const state of ["ok", "hold", "stop"]) {
  need(4.5, state, [...surfaces, `${state}-soft`], "state as text");
}
need(4.5, ["stop", "hold"], "accent-soft", "severity of a picked finding");
need(3, "edge", [...surfaces, "accent-soft"], "edge of a control");
need(3, "accent", surfaces, "edge of a chosen control");
need(3, "ring", [...surfaces, "accent-soft", "ok-soft", "hold-soft", "stop-soft"], "focus ring");
need(3, ["ok", "hold", "spent"], ["card", "sunken"], "segment of a bar");
need(3, "hold", "hold-soft", "stripes of a bar");
need(1.15, "line", ["card", "paper"], "dividing line, decorative");

const linear = (value) => {
  const c = value / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
};
const luminance = (hex) => {
  const [r, g, b] = [1, 3, 5].map((at) => linear(parseInt(hex.slice(at, at + 2), 16)));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a, b) => {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
};

const faults = [];
let lowest = { of: Infinity };
for (const { ratio, front, back, why } of pairs) {
  if (!tokens.has(front) || !tokens.has(back)) {
    faults.push(`--${tokens.has(front) ? back : front} is not in tokens.css (${why})`);
    continue;
  }
  for (const [at, palette] of ["light", "dark"].entries()) {
    const found = contrast(tokens.get(front)[at], tokens.get(back)[at]);
    if (ratio >= 3 && found / ratio < lowest.of) lowest = { of: found / ratio, text: `${found.toFixed(2)}:1, --${front} on --${back}, ${palette}` };
    if (found < ratio) faults.push(`${palette}: --${front} on --${back} is ${found.toFixed(2)}:1, needs ${ratio}:1 (${why})`);
  }
}

const checked = new Set(pairs.flatMap(({ front, back }) => [front, back]));
for (const name of tokens.keys()) {
  if (!checked.has(name)) faults.push(`--${name} is in no checked pair`);
}

if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exit(1);
}
console.log(`${pairs.length} pairs in two palettes hold; the closest to its limit is ${lowest.text}`);
