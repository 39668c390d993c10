// Builds what pages load into static/build, with a manifest that Django reads.
// Not here: which page loads what; templates ask for an entry by name.
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { precompress } from "./precompress";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const fonts = Object.fromEntries(
  readdirSync(here("src/fonts"))
    .filter((file) => file.endsWith(".css"))
    .map((file) => [`fonts/${file.slice(0, -4)}`, here(`src/fonts/${file}`)]),
);

export default defineConfig({
  root: here("src"),
  base: "./",
  publicDir: false,
  plugins: [precompress()],
  build: {
    outDir: here("../static/build"),
    emptyOutDir: true,
    manifest: "manifest.json",
    // The first versions with light-dark(), which the tokens stand on.
    target: ["chrome123", "firefox121", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        live: here("src/entries/live.ts"),
        studio: here("src/entries/studio.ts"),
        platform: here("src/entries/platform.ts"),
        base: here("src/entries/base.ts"),
        draw: here("src/entries/draw.ts"),
        checkout: here("src/entries/checkout.ts"),
        ...fonts,
      },
    },
  },
});
