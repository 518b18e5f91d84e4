import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const SOURCE = join(import.meta.dirname, "../src");
const LAYERS = ["engine-client", "components", "features", "app"];

const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((path) =>
  /\.tsx?$/.test(path),
);

function imports(path: string): string[] {
  const text = readFileSync(join(SOURCE, path), "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"@\/([^"]+)"/g)].map((match) => match[1] ?? "");
}

it("imports go down only: app, features, components, engine-client", () => {
  for (const path of files) {
    const own = LAYERS.indexOf(path.split("/")[0] ?? "");
    if (own === -1) continue;
    for (const target of imports(path)) {
      expect(LAYERS.indexOf(target.split("/")[0] ?? ""), `${path} imports ${target}`).toBeLessThanOrEqual(
        own,
      );
    }
  }
});

it("no feature imports another", () => {
  for (const path of files) {
    const [layer, feature] = path.split("/");
    if (layer !== "features") continue;
    for (const target of imports(path)) {
      if (target.startsWith("features/")) expect(target.split("/")[1], path).toBe(feature);
    }
  }
});

it("no source names a foreign host", () => {
  for (const path of files) expect(readFileSync(join(SOURCE, path), "utf8"), path).not.toMatch(/https?:\/\//);
});
