import { cpSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const EXCALIDRAW = join(
  dirname(fileURLToPath(import.meta.url)),
  "../node_modules/@excalidraw/excalidraw/dist/prod",
);

/** Where the page serves the board's own files from. */
export const ASSET_PATH = "/board/";

/** Xiaolai is 13 of 14 MB; without it the system's font writes Chinese and Japanese. */
const LEFT_OUT = "Xiaolai";

/** The foreign address that every font face would fall back to. */
const FALLBACK = /"ASSETS_FALLBACK_URL",`https:\/\/esm\.sh\/.*?\/dist\/prod\/`\)/;
const LEFT_OUT_NAMES = /([\w$]+)="\.\/fonts\/Xiaolai\/[^"]+"/g;

/** Rewrites what would leave the host or ask for a file that is not here. Returns null for other modules. */
export function keepOnHost(code: string): string | null {
  if (!code.includes("ASSETS_FALLBACK_URL")) return null;
  if (!FALLBACK.test(code))
    throw new Error("Excalidraw's foreign font address is not where it was: look again");
  const names = new Set([...code.matchAll(LEFT_OUT_NAMES)].map((match) => match[1] ?? ""));
  const faces = /\{uri:([\w$]+),descriptors:\{unicodeRange:"[^"]*"\}\},?/g;
  let left = names.size;
  const lean = code.replace(faces, (face, name: string) => {
    if (!names.has(name)) return face;
    left -= 1;
    return "";
  });
  if (names.size === 0 || left !== 0)
    throw new Error("Excalidraw's list of Xiaolai faces has another form: look again");
  return lean.replace(FALLBACK, `"ASSETS_FALLBACK_URL",window.location.origin+"${ASSET_PATH}")`);
}

/** Serves Excalidraw's fonts from our own origin, in development and in the build. */
export function excalidrawAssets(): Plugin {
  let wasRewritten = false;
  let outDir = "dist";
  return {
    name: "excalidraw-assets",
    apply: "build",
    configResolved(config) {
      outDir = config.build.outDir;
    },
    transform(code, id) {
      if (!id.includes("@excalidraw")) return null;
      const rewritten = keepOnHost(code);
      if (rewritten === null) return null;
      wasRewritten = true;
      return { code: rewritten, map: null };
    },
    generateBundle(_options, bundle) {
      if (!wasRewritten) this.error("Excalidraw's font fallback was not rewritten");
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === "chunk" && chunk.code.includes("esm.sh"))
          this.error(`a foreign address is in ${chunk.fileName}`);
      }
    },
    writeBundle() {
      const fonts = join(EXCALIDRAW, "fonts");
      if (!existsSync(fonts)) this.error("Excalidraw's fonts are missing");
      cpSync(fonts, join(outDir, ASSET_PATH, "fonts"), {
        recursive: true,
        filter: (path) => !path.includes(LEFT_OUT),
      });
    },
  };
}
