import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const server = process.env.AURALIS_URL ?? "http://127.0.0.1:8765";
const proxied = { target: server, changeOrigin: true };

/** Puts Swagger UI's own files beside the player: the server's `/api/docs` shows them, without any CDN. */
function swaggerUi(): Plugin {
  const folder = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  const files = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"];
  return {
    name: "swagger-ui",
    apply: "build",
    generateBundle() {
      for (const name of files) {
        this.emitFile({ type: "asset", fileName: `docs/${name}`, source: readFileSync(join(folder, name)) });
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), swaggerUi()],
  resolve: { alias: { "@": resolve(import.meta.dirname, "src") } },
  server: {
    port: 3000,
    strictPort: true,
    proxy: { "/api": proxied, "/ws": { ...proxied, ws: true } },
  },
  build: {
    outDir: "../src/auralis/api/web",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0, // the content security policy allows files of our own only, no data: scripts or fonts
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 400,
  },
  test: {
    environment: "jsdom",
    setupFiles: ["src/test/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    testTimeout: 30_000, // a busy machine is no fault of the page
    coverage: {
      provider: "v8",
      include: ["src/**/*.{ts,tsx}"],
      exclude: ["src/main.tsx", "src/api/generated/**", "src/test/**", "src/**/*.test.{ts,tsx}", "src/**/*.d.ts"],
      reporter: ["text-summary", "json-summary", "text"],
      thresholds: { lines: 85 },
    },
  },
});
