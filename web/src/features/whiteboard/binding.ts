import * as Y from "yjs";
import { boundElementsOf, isSameBound, targetsOf } from "./bound-elements";
import {
  canonical,
  changedKeys,
  defaultsOf,
  type ElementValues,
  isShownType,
  withGroups,
  writtenValue,
} from "./element-schema";
import { heldIds, isTooSmall, type Scene, type SceneElement } from "./scene";

const FLUSH_MS = 50;
/** A growing stroke is written as a whole each time: half as often. */
const FLUSH_STROKE_MS = 100;
const MAX_SEED = 2 ** 31;

/** What is known of one element of the scene. */
type Entry = {
  /** The canonical form that scene and document last agreed on. */
  base: ElementValues;
  /** The `versionNonce` last seen in the scene: another one means that something changed. */
  nonce: number;
  /** The index that the scene gave it on its own account; it means the document's index. */
  shown: string | null;
};

/** Files of images. An element is written only when its file is in the document or goes in with it. */
export type FileKeeper = {
  /** Called inside the transaction. False: not yet; `retry` is called when it is. */
  store: (fileId: string, retry: () => void) => boolean;
};

export type BindingOptions = Readonly<{
  doc: Y.Doc;
  scene: Scene;
  files: FileKeeper;
  canWrite: boolean;
  /** Runs its argument once before the next frame. Returns how to call it off. */
  onFrame?: (run: () => void) => () => void;
  /** Told after each transaction of ours that wrote something. */
  onWritten?: (ids: readonly string[]) => void;
}>;

/**
 * Keeps an Excalidraw scene and the shared document equal (whiteboard model, section 9).
 *
 * Scene to document: what changed since `base` is written, in one transaction per user action. Document to scene: local
 * changes are flushed first, so that applying is a three-way merge; elements that a hand is on wait in `#pending`.
 *
 * Invariants: `#entries` holds exactly the elements of the scene that are in the document too; ids in `#pending` are those
 * whose document form may differ from the scene's.
 */
export class BoardBinding {
  readonly #doc: Y.Doc;
  readonly #elements: Y.Map<Y.Map<unknown>>;
  readonly #scene: Scene;
  readonly #options: BindingOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #pending = new Set<string>();
  #canWrite: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #cancelFrame: (() => void) | null = null;
  #isApplying = false;
  #isClosed = false;

  constructor(options: BindingOptions) {
    this.#options = options;
    this.#doc = options.doc;
    this.#scene = options.scene;
    this.#canWrite = options.canWrite;
    this.#elements = options.doc.getMap("elements");
    this.#elements.observeDeep(this.#onDocument);
    for (const id of this.#elements.keys()) this.#pending.add(id);
    this.apply();
  }

  /** Forgets the scene; what is not written yet is written first. */
  close(): void {
    this.flush();
    this.#isClosed = true;
    this.#elements.unobserveDeep(this.#onDocument);
    this.#cancelFrame?.();
  }

  set canWrite(canWrite: boolean) {
    this.#canWrite = canWrite;
  }

  /** The scene says that something may have changed. Cheap: called with each of Excalidraw's updates. */
  sceneChanged(): void {
    if (this.#isApplying || this.#isClosed) return;
    if (this.#timer === undefined && this.#canWrite && this.#isDirty()) {
      const isStroke = this.#scene.activity().newElement !== null;
      this.#timer = setTimeout(() => this.flush(), isStroke ? FLUSH_STROKE_MS : FLUSH_MS);
    }
    if (this.#pending.size > 0) this.#scheduleApply();
  }

  /** A hand was lifted: write now, and let in what waited for it. */
  released(): void {
    this.flush();
    if (this.#pending.size > 0) this.#scheduleApply();
  }

  /** Writes every local change in one transaction. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isClosed || !this.#canWrite) return;
    const scene = this.#scene.elements();
    const dirty = scene.filter((element) => this.#entries.get(element.id)?.nonce !== element.versionNonce);
    const vanished = this.#vanished(scene);
    if (dirty.length === 0 && vanished.length === 0) return;
    const written: string[] = [];
    this.#doc.transact(() => {
      for (const element of dirty) if (this.#write(element)) written.push(element.id);
      for (const id of vanished) {
        this.#elements.get(id)?.set("isDeleted", true);
        this.#entries.delete(id);
        this.#pending.add(id);
        written.push(id);
      }
    }, this);
    if (vanished.length > 0) this.#scheduleApply();
    if (written.length > 0) this.#options.onWritten?.(written);
  }

  /** Takes what changed in the document into the scene, except what a hand is on. */
  apply(): void {
    this.#cancelFrame?.();
    this.#cancelFrame = null;
    if (this.#isClosed) return;
    this.flush();
    const current = this.#scene.elements();
    const byId = new Map(current.map((element) => [element.id, element]));
    const held = heldIds(this.#scene.activity(), byId);
    const rebuilt = this.#rebuild(byId, held);
    if (rebuilt.changed.size === 0 && this.#isOrdered(current)) return;
    const elements = this.#withBound([...byId.values()], rebuilt.targets, rebuilt.changed, held);
    this.#isApplying = true;
    try {
      this.#scene.replace(this.#inOrder(elements));
    } finally {
      this.#isApplying = false;
    }
    this.#adopt(this.#scene.elements(), rebuilt.changed);
  }

  /** Builds the waiting elements into `byId`. Returns which changed and whose `boundElements` may have. */
  #rebuild(byId: Map<string, SceneElement>, held: ReadonlySet<string>) {
    const changed = new Set<string>();
    const targets = new Set<string>();
    for (const id of this.#pending) {
      if (held.has(id)) continue;
      this.#pending.delete(id);
      const values = this.#valuesOf(id);
      if (values === null) continue;
      const before = byId.get(id);
      const entry = this.#entries.get(id);
      const base = canonical(values);
      if (before !== undefined && entry !== undefined && changedKeys(entry.base, base).length === 0) continue;
      const built = this.#build(id, values, before);
      byId.set(id, built);
      this.#entries.set(id, { base, nonce: built.versionNonce, shown: null });
      changed.add(id);
      for (const target of before === undefined ? [] : targetsOf(before)) targets.add(target);
      for (const target of targetsOf(built)) targets.add(target);
      if (before === undefined) targets.add(id);
    }
    return { changed, targets };
  }

  #valuesOf(id: string): ElementValues | null {
    const map = this.#elements.get(id);
    if (!(map instanceof Y.Map)) return null;
    const values = map.toJSON() as ElementValues;
    return isShownType(values.type) ? values : null;
  }

  #build(id: string, values: ElementValues, before: SceneElement | undefined): SceneElement {
    const defaults = structuredClone(defaultsOf(String(values.type)));
    return {
      ...defaults,
      ...values,
      id,
      version: (before?.version ?? 0) + 1,
      // Excalidraw's history compares nonces: content must never change under an old one
      versionNonce: randomInteger(),
      updated: Date.now(),
      boundElements: before?.boundElements ?? null,
    } as unknown as SceneElement;
  }

  /** Gives the targets what hangs on them now; elements without a change keep their very object. */
  #withBound(
    elements: readonly SceneElement[],
    targets: ReadonlySet<string>,
    changed: Set<string>,
    held: ReadonlySet<string>,
  ): readonly SceneElement[] {
    if (targets.size === 0) return elements;
    const bound = boundElementsOf(elements, targets);
    return elements.map((element) => {
      const wanted = bound.get(element.id);
      if (wanted === undefined || held.has(element.id) || isSameBound(element.boundElements, wanted))
        return element;
      const isFresh = changed.has(element.id);
      changed.add(element.id);
      return {
        ...element,
        boundElements: wanted,
        version: isFresh ? element.version : element.version + 1,
        versionNonce: isFresh ? element.versionNonce : randomInteger(),
      };
    });
  }

  /** The document's order decides; an element that is not in it yet goes by its own index. */
  #orderKey(element: SceneElement): string {
    const index = this.#entries.get(element.id)?.base.index ?? element.index;
    return typeof index === "string" ? index : "";
  }

  #compare = (one: SceneElement, other: SceneElement): number => {
    const [left, right] = [this.#orderKey(one), this.#orderKey(other)];
    if (left !== right) return left < right ? -1 : 1;
    return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
  };

  #isOrdered(elements: readonly SceneElement[]): boolean {
    return elements.every((element, position) => {
      const previous = elements[position - 1];
      return previous === undefined || this.#compare(previous, element) <= 0;
    });
  }

  #inOrder(elements: readonly SceneElement[]): readonly SceneElement[] {
    return this.#isOrdered(elements) ? elements : [...elements].sort(this.#compare);
  }

  /** After the scene was replaced: it may have re-numbered indices, which is its own affair. */
  #adopt(scene: readonly SceneElement[], changed: ReadonlySet<string>): void {
    for (const element of scene) {
      const entry = this.#entries.get(element.id);
      // NaN: still to be written, whatever the scene does with it
      if (entry === undefined || Number.isNaN(entry.nonce)) continue;
      const isRenumbered = element.index !== entry.base.index;
      if (!changed.has(element.id) && entry.nonce === element.versionNonce) continue;
      entry.shown = isRenumbered ? element.index : null;
      entry.nonce = element.versionNonce;
    }
  }

  /** Writes one element. False when there was nothing to write. */
  #write(element: SceneElement): boolean {
    const entry = this.#entries.get(element.id);
    const now = this.#formOf(element, entry);
    if (entry === undefined) return this.#create(element, now);
    entry.nonce = element.versionNonce;
    const changed = changedKeys(entry.base, now);
    if (changed.length === 0) return false;
    const map = this.#elements.get(element.id);
    if (map === undefined || !this.#hasFile(element)) {
      entry.nonce = Number.NaN;
      return false;
    }
    for (const key of withGroups(element.type, changed)) {
      const value = writtenValue(now, key);
      if (value !== undefined) map.set(key, value);
      else map.delete(key);
    }
    entry.base = now;
    if (changed.includes("index")) entry.shown = null;
    return true;
  }

  #create(element: SceneElement, values: ElementValues): boolean {
    if (element.isDeleted || element.index === null || isTooSmall(element) || !isShownType(element.type))
      return false;
    if (!this.#hasFile(element)) return false;
    if (this.#elements.has(element.id)) {
      // an undo brought an object back that this scene had let go: the document still has it
      const base = canonical(this.#elements.get(element.id)?.toJSON() ?? {});
      this.#entries.set(element.id, { base, nonce: Number.NaN, shown: null });
      return this.#write(element);
    }
    const map = new Y.Map<unknown>();
    const seed = typeof values.seed === "number" ? values.seed : randomInteger();
    for (const [key, value] of Object.entries({ ...values, seed })) map.set(key, structuredClone(value));
    this.#elements.set(element.id, map);
    this.#entries.set(element.id, { base: values, nonce: element.versionNonce, shown: null });
    return true;
  }

  #formOf(element: SceneElement, entry: Entry | undefined): ElementValues {
    const form = canonical(element);
    const isRenumbered = entry?.shown !== null && entry?.shown !== undefined && element.index === entry.shown;
    return isRenumbered ? { ...form, index: entry.base.index } : form;
  }

  #hasFile(element: SceneElement): boolean {
    if (element.type !== "image") return true;
    const fileId = element.fileId;
    if (typeof fileId !== "string") return false;
    return this.#options.files.store(fileId, () => this.flush());
  }

  #isDirty(): boolean {
    const scene = this.#scene.elements();
    return (
      scene.length < this.#entries.size ||
      scene.some((element) => this.#entries.get(element.id)?.nonce !== element.versionNonce)
    );
  }

  /** Elements that Excalidraw dropped from its scene (too small after all). */
  #vanished(scene: readonly SceneElement[]): string[] {
    const known = scene.reduce((count, element) => count + (this.#entries.has(element.id) ? 1 : 0), 0);
    if (known === this.#entries.size) return [];
    const present = new Set(scene.map((element) => element.id));
    const vanished = [...this.#entries.keys()].filter((id) => !present.has(id));
    if (known > 0 || vanished.length === 1) return vanished;
    // A scene that lost everything at once was reset by the editor (a file dropped on it): nobody deleted the board.
    this.#entries.clear();
    for (const id of vanished) this.#pending.add(id);
    this.#scheduleApply();
    return [];
  }

  #onDocument = (events: Y.YEvent<Y.AbstractType<unknown>>[], transaction: Y.Transaction): void => {
    if (transaction.origin === this) return;
    for (const event of events) {
      const [id] = event.path;
      if (typeof id === "string") this.#pending.add(id);
      else for (const key of event.changes.keys.keys()) this.#pending.add(key);
    }
    this.#scheduleApply();
  };

  #scheduleApply(): void {
    if (this.#cancelFrame !== null || this.#isClosed) return;
    const onFrame = this.#options.onFrame ?? nextFrame;
    this.#cancelFrame = onFrame(() => {
      this.#cancelFrame = null;
      this.apply();
    });
  }
}

/** A hidden page has no frames; then a timer does. */
function nextFrame(run: () => void): () => void {
  let isDone = false;
  const once = () => {
    if (isDone) return;
    isDone = true;
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    run();
  };
  const frame = requestAnimationFrame(once);
  const timer = setTimeout(once, 200);
  return () => {
    isDone = true;
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}

function randomInteger(): number {
  return Math.floor(Math.random() * MAX_SEED);
}
