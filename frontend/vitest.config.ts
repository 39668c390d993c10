// Unit tests of what needs no page; what needs one runs in a real browser under tests/e2e.
import { defineConfig } from "vitest/config";

export default defineConfig({ test: { include: ["tests/**/*.test.ts"] } });
