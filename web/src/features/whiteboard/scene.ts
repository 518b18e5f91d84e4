/** What the binding needs of a scene: Excalidraw in the page, a plain list in tests. */

export type BoundElement = Readonly<{ id: string; type: "arrow" | "text" }>;

/** An element as Excalidraw keeps it. Its own object is changed in place while it is being drawn. */
export type SceneElement = Readonly<{
  id: string;
  type: string;
  version: number;
  versionNonce: number;
  index: string | null;
  isDeleted: boolean;
  width: number;
  height: number;
  boundElements: readonly BoundElement[] | null;
  [key: string]: unknown;
}>;

/** The parts of Excalidraw's state that say what a hand is busy with. */
export type SceneActivity = Readonly<{
  newElement: { id: string } | null;
  multiElement: { id: string } | null;
  resizingElement: { id: string } | null;
  editingTextElement: { id: string } | null;
  editingLinearElement: { elementId: string } | null;
  selectedLinearElement: { elementId: string; isDragging?: boolean } | null;
  croppingElementId: string | null;
  pendingImageElementId: string | null;
  selectedElementsAreBeingDragged: boolean;
  isResizing: boolean;
  isRotating: boolean;
  cursorButton: "up" | "down";
  selectedElementIds: Readonly<Record<string, unknown>>;
}>;

export type Scene = {
  /** All elements in paint order, deleted ones too. */
  elements: () => readonly SceneElement[];
  activity: () => SceneActivity;
  /** Replaces the scene without a step in anybody's undo. */
  replace: (elements: readonly SceneElement[]) => void;
};

/**
 * The elements that a hand is on: replacing one of these objects would break the action off.
 * Bound text of a held shape moves with it, so it is held too.
 */
export function heldIds(activity: SceneActivity, elements: ReadonlyMap<string, SceneElement>): Set<string> {
  const held = new Set<string>();
  const add = (id: string | null | undefined) => {
    if (id === null || id === undefined) return;
    held.add(id);
    for (const bound of elements.get(id)?.boundElements ?? []) if (bound.type === "text") held.add(bound.id);
  };
  add(activity.newElement?.id);
  add(activity.multiElement?.id);
  add(activity.resizingElement?.id);
  add(activity.editingTextElement?.id);
  add(activity.editingLinearElement?.elementId);
  add(activity.croppingElementId);
  add(activity.pendingImageElementId);
  const isPointDragged = activity.cursorButton === "down" && activity.selectedLinearElement !== null;
  if (isPointDragged || activity.selectedLinearElement?.isDragging)
    add(activity.selectedLinearElement?.elementId);
  if (activity.selectedElementsAreBeingDragged || activity.isResizing || activity.isRotating) {
    for (const id of Object.keys(activity.selectedElementIds)) add(id);
  }
  return held;
}

/** Excalidraw forgets shapes that no one can see; until they are bigger they are nobody's business. */
export function isTooSmall(element: SceneElement): boolean {
  const points = element.points;
  if (Array.isArray(points)) return points.length < 2;
  if (element.type === "text") return element.text === "";
  return element.width === 0 && element.height === 0;
}
