import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** kB (1,000 bytes, gzip) that the chunks of one name may weigh together. */
export type Budget = Readonly<Record<string, number>>;

/** Fails the build when a group of chunks outgrows its budget, so that the page stays quick on a slow line. */
export function sizeBudget(budget: Budget): Plugin {
  return {
    name: "size-budget",
    apply: "build",
    generateBundle(_options, bundle) {
      const weights = new Map<string, number>();
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== "chunk") continue;
        const weight = gzipSync(chunk.code, { level: 9 }).length / 1000;
        weights.set(chunk.name, (weights.get(chunk.name) ?? 0) + weight);
      }
      for (const [name, limit] of Object.entries(budget)) {
        const weight = weights.get(name);
        if (weight === undefined) this.error(`no chunk is named ${name}: its budget guards nothing`);
        if (weight > limit) this.error(`${name} weighs ${weight.toFixed(1)} kB of ${limit} kB`);
      }
    },
  };
}
