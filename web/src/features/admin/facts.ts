/** Turns nested figures into lines: `{turns: {today: 3}}` becomes "turns · today", "3". */
export function flatFacts(value: unknown, path: readonly string[] = []): [name: string, value: string][] {
  if (value === null || value === undefined) return [];
  if (typeof value !== "object") return [[path.join(" · ") || "value", shown(value)]];
  return Object.entries(value).flatMap(([key, inner]) => flatFacts(inner, [...path, words(key)]));
}

/** "lastActiveAt" becomes "last active at". */
export function words(key: string): string {
  return key.replace(
    /([a-z0-9])([A-Z])/g,
    (_match, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
}

function shown(value: unknown): string {
  if (typeof value === "number")
    return Number.isInteger(value) ? value.toLocaleString("en") : value.toFixed(2);
  return String(value);
}
