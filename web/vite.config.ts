import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { excalidrawAssets } from "./build/excalidraw-assets.ts";
import { katexFonts } from "./build/katex-fonts.ts";
import { sizeBudget } from "./build/size-budget.ts";

const SERVER = process.env.TUTORIUM_DEV_SERVER ?? "http://localhost:8000";
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig({
  plugins: [
    react(),
    katexFonts(),
    excalidrawAssets(),
    sizeBudget({ index: 20, react: 75, ui: 130, live: 30, "lesson-page": 60, markdown: 200, board: 400 }),
  ],
  resolve: {
    alias: {
      "@": path("./src"),
      "board-defaults": path("../src/tutorium/realtime/whiteboard/board-defaults.json"),
    },
    dedupe: ["yjs", "react", "react-dom"],
  },
  build: {
    target: "es2022",
    // younger browsers know light-dark() themselves; rewritten, it would not see Mantine's choice of scheme
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // the board is one big lazy chunk by nature; size-budget.ts guards it
    chunkSizeWarningLimit: 2500,
    reportCompressedSize: false,
    // small fonts as data: URLs would be sent twice and cached never
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules\/(react|react-dom|scheduler|wouter|regexparam)\// },
            {
              name: "ui",
              test: /node_modules\/(@mantine|@floating-ui|@tabler|react-remove-scroll|react-number-format)/,
            },
            { name: "live", test: /node_modules\/convex\// },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      "/api": { target: SERVER, ws: true },
      "/auth": SERVER,
      "/ws": { target: SERVER, ws: true },
    },
    fs: { allow: [path("..")] },
  },
  test: { environment: "happy-dom", include: ["tests/**/*.test.{ts,tsx}"], restoreMocks: true },
});
