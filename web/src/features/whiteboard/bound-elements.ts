import type { BoundElement, SceneElement } from "./scene";

/** The elements that `element` hangs on: the shape around a text, the shapes at an arrow's ends. */
export function targetsOf(element: SceneElement): string[] {
  if (element.type === "text") {
    const container = element.containerId;
    return typeof container === "string" ? [container] : [];
  }
  if (element.type !== "arrow") return [];
  return [element.startBinding, element.endBinding].flatMap((binding) => {
    const id = (binding as { elementId?: unknown } | null | undefined)?.elementId;
    return typeof id === "string" ? [id] : [];
  });
}

/** For each target, what hangs on it, in the elements' order. Derived, never stored. */
export function boundElementsOf(
  elements: readonly SceneElement[],
  targets: ReadonlySet<string>,
): Map<string, readonly BoundElement[]> {
  const bound = new Map<string, BoundElement[]>([...targets].map((target) => [target, []]));
  for (const element of elements) {
    if (element.isDeleted) continue;
    for (const target of new Set(targetsOf(element))) {
      bound.get(target)?.push({ id: element.id, type: element.type === "text" ? "text" : "arrow" });
    }
  }
  return bound;
}

export function isSameBound(one: readonly BoundElement[] | null, other: readonly BoundElement[]): boolean {
  const known = one ?? [];
  return known.length === other.length && known.every((item, index) => item.id === other[index]?.id);
}
