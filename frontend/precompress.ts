// A Vite plugin that lays a Brotli and a gzip copy beside what browsers read as text. The server picks one.
// Not here: pictures and fonts, which are compressed by nature.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

export function precompress(): Plugin {
  return {
    name: "precompress",
    apply: "build",
    writeBundle: ({ dir }): void => {
      if (!dir) return;
      for (const file of readdirSync(dir, { recursive: true, encoding: "utf8" })) {
        if (!/\.(css|js|svg)$/.test(file)) continue;
        const path = join(dir, file);
        const text = readFileSync(path);
        writeFileSync(`${path}.br`, brotliCompressSync(text));
        writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }));
      }
    },
  };
}
