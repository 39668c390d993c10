// Prints the gzip size of what a live page loads before play, and fails over the budget.
// hls.js is not in it: it is a chunk of its own, fetched where the browser cannot play HLS.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const build = new URL("../../static/build/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("manifest.json", build), "utf8"));
const budget = { css: 20_000, js: 40_000 };

const chunks = new Set();
const collect = (key) => {
  if (chunks.has(key)) return;
  chunks.add(key);
  for (const imported of manifest[key].imports ?? []) collect(imported);
};
collect("entries/live.ts");

const gzip = (files) => files.reduce((sum, file) => sum + gzipSync(readFileSync(new URL(file, build))).length, 0);
const loaded = [...chunks].map((key) => manifest[key]);
const sizes = {
  css: gzip([...new Set(loaded.flatMap((chunk) => chunk.css ?? []))]),
  js: gzip(loaded.map((chunk) => chunk.file)),
};

console.log(JSON.stringify({ entry: "live", gzip: sizes, budget }));
if (sizes.css > budget.css || sizes.js > budget.js) process.exitCode = 1;
