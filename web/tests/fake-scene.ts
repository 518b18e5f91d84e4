import { generateKeyBetween } from "fractional-indexing";
import type { Scene, SceneActivity, SceneElement } from "@/features/whiteboard/scene";

const IDLE: SceneActivity = {
  newElement: null,
  multiElement: null,
  resizingElement: null,
  editingTextElement: null,
  editingLinearElement: null,
  selectedLinearElement: null,
  croppingElementId: null,
  pendingImageElementId: null,
  selectedElementsAreBeingDragged: false,
  isResizing: false,
  isRotating: false,
  cursorButton: "up",
  selectedElementIds: {},
};

type Mutable = { -readonly [key in keyof SceneElement]: SceneElement[key] };

let nonces = 0;

/** A scene that behaves as Excalidraw's does where the binding can tell: it re-numbers duplicate indices in place. */
export class FakeScene implements Scene {
  list: Mutable[] = [];
  state: SceneActivity = IDLE;
  replaced = 0;

  elements = (): readonly SceneElement[] => this.list;
  activity = (): SceneActivity => this.state;

  replace = (elements: readonly SceneElement[]): void => {
    this.replaced += 1;
    this.list = elements as Mutable[];
    this.renumber();
  };

  /** A hand draws: a new element on top. */
  add(values: Partial<SceneElement> & { id: string; type: string }): Mutable {
    const top = this.list.at(-1)?.index ?? null;
    const element = {
      x: 0,
      y: 0,
      width: 100,
      height: 50,
      angle: 0,
      strokeColor: "#1e1e1e",
      backgroundColor: "transparent",
      fillStyle: "solid",
      strokeWidth: 2,
      strokeStyle: "solid",
      roughness: 1,
      opacity: 100,
      groupIds: [],
      frameId: null,
      roundness: null,
      isDeleted: false,
      link: null,
      locked: false,
      seed: 7,
      version: 1,
      versionNonce: nextNonce(),
      updated: 1,
      boundElements: null,
      index: generateKeyBetween(top, null),
      ...values,
    } as Mutable;
    this.list = [...this.list, element];
    return element;
  }

  /** A hand changes an element in place, as Excalidraw does. */
  change(id: string, values: Record<string, unknown>): void {
    const element = this.get(id) as Mutable;
    Object.assign(element, values, { version: element.version + 1, versionNonce: nextNonce() });
  }

  get(id: string): Mutable {
    const element = this.list.find((one) => one.id === id);
    if (element === undefined) throw new Error(`no ${id} in the scene`);
    return element;
  }

  busy(change: Partial<SceneActivity>): void {
    this.state = { ...IDLE, ...change };
  }

  ids(): string[] {
    return this.list.map((element) => element.id);
  }

  private renumber(): void {
    let previous: string | null = null;
    for (const [position, element] of this.list.entries()) {
      if (element.index !== null && (previous === null || element.index > previous)) {
        previous = element.index;
        continue;
      }
      const above = this.list
        .slice(position + 1)
        .find((one) => one.index !== null && one.index > (previous ?? ""));
      const index: string = generateKeyBetween(previous, above?.index ?? null);
      Object.assign(element, { index, version: element.version + 1, versionNonce: nextNonce() });
      previous = index;
    }
  }
}

function nextNonce(): number {
  nonces += 1;
  return nonces;
}
