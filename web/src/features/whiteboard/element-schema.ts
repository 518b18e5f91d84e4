import schema from "board-defaults";

/** An element as plain JSON values. What the document holds is sparse and has no `id`: that is the map's key. */
export type ElementValues = Readonly<Record<string, unknown>>;

export const SCHEMA_VERSION: number = schema.schema;

const COMMON: ElementValues = schema.common;
const BY_TYPE: Readonly<Record<string, ElementValues | undefined>> = schema.types;
const POSITION: readonly string[] = schema.groups.position;
const SIZE: Readonly<Record<string, readonly string[] | undefined>> = schema.groups.size;
const LOCAL_ONLY = new Set(schema.localOnly);
const FORBIDDEN = new Set(schema.forbiddenTypes);
const ROUNDED = new Set(["x", "y", "width", "height", "points", "pressures"]);

const defaultsByType = new Map<string, ElementValues>();

/** The value each optional key of the type has when it is absent. */
export function defaultsOf(type: string): ElementValues {
  let defaults = defaultsByType.get(type);
  if (defaults === undefined) {
    defaults = { ...COMMON, ...BY_TYPE[type] };
    defaultsByType.set(type, defaults);
  }
  return defaults;
}

/** Whether this page can show elements of the type. Others stay in the document, untouched. */
export function isShownType(type: unknown): type is string {
  return typeof type === "string" && type in BY_TYPE && !FORBIDDEN.has(type);
}

/** Equality of JSON values. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one)) {
    return (
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item: unknown, index) => isSame(item, other[index]))
    );
  }
  if (Array.isArray(other)) return false;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  const [left, right] = [one as ElementValues, other as ElementValues];
  return keys.every((key) => key in right && isSame(left[key], right[key]));
}

/**
 * The form in which values are written and compared: rounded, without defaults and without what only this tab knows.
 * Equal pictures give equal forms, whoever drew them.
 */
export function canonical(values: ElementValues): ElementValues {
  const defaults = defaultsOf(String(values.type));
  const result: Record<string, unknown> = {};
  for (const [key, raw] of Object.entries(values)) {
    if (raw === undefined || LOCAL_ONLY.has(key)) continue;
    const value = ROUNDED.has(key) ? rounded(raw) : raw;
    if (typeof value === "number" && !Number.isFinite(value)) continue;
    if (key in defaults && isSame(defaults[key], value)) continue;
    result[key] = value;
  }
  // an image counts as saved as soon as it is in the document: the file is written before its element
  if (result.type === "image") delete result.status;
  return result;
}

/** The keys whose values differ between two canonical forms of one element. */
export function changedKeys(before: ElementValues, after: ElementValues): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => !isSame(before[key], after[key]));
}

/** `changed` and every key that must be written with it, so that one peer wins a whole group. */
export function withGroups(type: string, changed: readonly string[]): Set<string> {
  const keys = new Set(changed);
  for (const group of [POSITION, SIZE[type] ?? []]) {
    if (group.some((key) => keys.has(key))) for (const key of group) keys.add(key);
  }
  return keys;
}

/** The value to write for `key`: an explicit default where an existing element goes back to it. */
export function writtenValue(values: ElementValues, key: string): unknown {
  const value = key in values ? values[key] : defaultsOf(String(values.type))[key];
  // plain copies: the scene changes its arrays in place, the document must not see that
  return typeof value === "object" && value !== null ? structuredClone(value) : value;
}

function rounded(value: unknown): unknown {
  if (typeof value === "number") return Math.round(value * 100) / 100;
  return Array.isArray(value) ? value.map(rounded) : value;
}
