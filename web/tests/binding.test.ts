import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as Y from "yjs";
import { BoardBinding, type FileKeeper } from "@/features/whiteboard/binding";
import { FakeScene } from "./fake-scene";

const ALWAYS: FileKeeper = { store: () => true };

type Board = {
  doc: Y.Doc;
  scene: FakeScene;
  binding: BoardBinding;
  frame: () => void;
  transactions: () => number;
};

function open(doc = new Y.Doc(), options: { files?: FileKeeper; canWrite?: boolean } = {}): Board {
  const scene = new FakeScene();
  let frames: (() => void)[] = [];
  let count = 0;
  const binding = new BoardBinding({
    doc,
    scene,
    files: options.files ?? ALWAYS,
    canWrite: options.canWrite ?? true,
    onFrame: (run) => {
      frames.push(run);
      return () => {
        frames = frames.filter((one) => one !== run);
      };
    },
  });
  doc.on("afterTransaction", (transaction: Y.Transaction) => {
    if (transaction.changed.size > 0 && transaction.origin === binding) count += 1;
  });
  const frame = () => {
    const due = frames;
    frames = [];
    for (const run of due) run();
  };
  return { doc, scene, binding, frame, transactions: () => count };
}

function elements(doc: Y.Doc): Y.Map<Y.Map<unknown>> {
  return doc.getMap("elements");
}

function stored(doc: Y.Doc, id: string): Record<string, unknown> {
  return (elements(doc).get(id)?.toJSON() ?? {}) as Record<string, unknown>;
}

function write(doc: Y.Doc, id: string, values: Record<string, unknown>): void {
  doc.transact(() => {
    const known = elements(doc).get(id);
    const map = known ?? new Y.Map<unknown>();
    for (const [key, value] of Object.entries(values)) map.set(key, value);
    if (known === undefined) elements(doc).set(id, map);
  }, "tutor");
}

const BOX = { type: "rectangle", x: 10, y: 20, width: 120, height: 60, index: "a0", seed: 1 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("scene to document", () => {
  it("writes a new element sparse, rounded and without what only this tab knows", () => {
    const { doc, scene, binding } = open();
    scene.add({ id: "box", type: "rectangle", x: 1.2345, strokeColor: "#ff0000" });
    binding.flush();
    expect(stored(doc, "box")).toEqual({
      type: "rectangle",
      x: 1.23,
      y: 0,
      width: 100,
      height: 50,
      index: "a0",
      seed: 7,
      strokeColor: "#ff0000",
    });
  });

  it("writes 50 ms after the first change, in one transaction for all of them", () => {
    const { doc, scene, binding, transactions } = open();
    scene.add({ id: "one", type: "rectangle" });
    scene.add({ id: "two", type: "ellipse" });
    binding.sceneChanged();
    vi.advanceTimersByTime(49);
    expect(elements(doc).size).toBe(0);
    vi.advanceTimersByTime(1);
    expect(elements(doc).size).toBe(2);
    expect(transactions()).toBe(1);
  });

  it("waits 100 ms while a stroke grows", () => {
    const { doc, scene, binding } = open();
    const points = [
      [0, 0],
      [3, 4],
    ];
    scene.add({ id: "stroke", type: "freedraw", points, pressures: [], simulatePressure: true });
    scene.busy({ newElement: { id: "stroke" }, cursorButton: "down" });
    binding.sceneChanged();
    vi.advanceTimersByTime(99);
    expect(elements(doc).size).toBe(0);
    vi.advanceTimersByTime(1);
    expect(stored(doc, "stroke").points).toEqual(points);
  });

  it("keeps what it wrote apart from arrays that the scene goes on changing", () => {
    const { doc, scene, binding } = open();
    const points = [
      [0, 0],
      [3, 4],
    ];
    scene.add({ id: "stroke", type: "freedraw", points, pressures: [], simulatePressure: true });
    binding.flush();
    points.push([9, 9]);
    expect(stored(doc, "stroke").points).toHaveLength(2);
  });

  it("writes the keys of a group together, and nothing else", () => {
    const { doc, scene, binding } = open();
    write(doc, "box", BOX);
    binding.apply();
    const written: string[] = [];
    elements(doc)
      .get("box")
      ?.observe((event) => written.push(...event.keysChanged));
    scene.change("box", { x: 50 });
    binding.flush();
    expect(written.sort()).toEqual(["x", "y"]);
  });

  it("writes a default explicitly when an element goes back to it", () => {
    const { doc, scene, binding } = open();
    write(doc, "box", { ...BOX, strokeColor: "#ff0000" });
    binding.apply();
    scene.change("box", { strokeColor: "#1e1e1e" });
    binding.flush();
    expect(stored(doc, "box").strokeColor).toBe("#1e1e1e");
  });

  it("passes over shapes that nobody can see yet, and deleted ones it never wrote", () => {
    const { doc, scene, binding } = open();
    scene.add({ id: "dot", type: "rectangle", width: 0, height: 0 });
    scene.add({ id: "gone", type: "rectangle", isDeleted: true });
    binding.flush();
    expect(elements(doc).size).toBe(0);
    scene.change("dot", { width: 5, height: 5 });
    binding.flush();
    expect([...elements(doc).keys()]).toEqual(["dot"]);
  });

  it("deletes by marking, never by removing", () => {
    const { doc, scene, binding } = open();
    write(doc, "box", BOX);
    binding.apply();
    scene.change("box", { isDeleted: true });
    binding.flush();
    expect(stored(doc, "box")).toMatchObject({ isDeleted: true, type: "rectangle" });
  });

  it("marks an element that vanished from the scene as deleted", () => {
    const { doc, scene, binding } = open();
    write(doc, "box", BOX);
    write(doc, "other", { ...BOX, index: "a1" });
    binding.apply();
    scene.list = scene.list.filter((element) => element.id !== "box");
    binding.released();
    expect(stored(doc, "box").isDeleted).toBe(true);
    expect(stored(doc, "other").isDeleted).toBeUndefined();
  });

  it("gives a board back that the editor emptied by itself", () => {
    const { doc, scene, binding, frame } = open();
    write(doc, "box", BOX);
    write(doc, "other", { ...BOX, index: "a1" });
    binding.apply();
    scene.list = [];
    binding.released();
    frame();
    expect(stored(doc, "box").isDeleted).toBeUndefined();
    expect(scene.ids()).toEqual(["box", "other"]);
  });

  it("never writes for somebody who may only watch", () => {
    const { doc, scene, binding } = open(new Y.Doc(), { canWrite: false });
    scene.add({ id: "box", type: "rectangle" });
    binding.sceneChanged();
    vi.runAllTimers();
    binding.close();
    expect(elements(doc).size).toBe(0);
  });

  it("writes what is left when it closes", () => {
    const { doc, scene, binding } = open();
    scene.add({ id: "box", type: "rectangle" });
    binding.sceneChanged();
    binding.close();
    expect(elements(doc).size).toBe(1);
  });

  it("writes an image only once its file is in the document", () => {
    let isStored = false;
    let retry = () => {};
    const files: FileKeeper = {
      store: (_fileId, again) => {
        retry = again;
        return isStored;
      },
    };
    const { doc, scene, binding } = open(new Y.Doc(), { files });
    scene.add({ id: "picture", type: "image", fileId: "f", status: "pending", scale: [1, 1], crop: null });
    binding.flush();
    expect(elements(doc).size).toBe(0);
    isStored = true;
    retry();
    expect(stored(doc, "picture")).toMatchObject({ fileId: "f" });
    expect(stored(doc, "picture").status).toBeUndefined();
  });
});

describe("document to scene", () => {
  it("shows what was there at the start, with defaults filled in", () => {
    const doc = new Y.Doc();
    write(doc, "box", BOX);
    const { scene } = open(doc);
    expect(scene.get("box")).toMatchObject({
      ...BOX,
      strokeColor: "#1e1e1e",
      isDeleted: false,
      groupIds: [],
    });
  });

  it("applies at most once a frame", () => {
    const { doc, scene, frame } = open();
    write(doc, "one", BOX);
    write(doc, "two", { ...BOX, index: "a1" });
    expect(scene.replaced).toBe(0);
    frame();
    expect(scene.replaced).toBe(1);
    expect(scene.ids()).toEqual(["one", "two"]);
  });

  it("keeps the very object of every element that did not change", () => {
    const { doc, scene, frame } = open();
    write(doc, "one", BOX);
    write(doc, "two", { ...BOX, index: "a1" });
    frame();
    const one = scene.get("one");
    const nonce = scene.get("two").versionNonce;
    write(doc, "two", { x: 99, y: 20 });
    frame();
    expect(scene.get("one")).toBe(one);
    expect(scene.get("two")).toMatchObject({ x: 99 });
    expect(scene.get("two").versionNonce).not.toBe(nonce);
  });

  it("merges a local change with one that arrives for another property", () => {
    const { doc, scene, binding, frame } = open();
    write(doc, "box", BOX);
    frame();
    scene.change("box", { x: 500 });
    write(doc, "box", { strokeColor: "#ff0000" });
    frame();
    expect(scene.get("box")).toMatchObject({ x: 500, strokeColor: "#ff0000" });
    expect(stored(doc, "box")).toMatchObject({ x: 500, strokeColor: "#ff0000" });
    binding.close();
  });

  it("does not replace an element while a hand is on it, and takes it in afterwards", () => {
    const { doc, scene, binding, frame } = open();
    write(doc, "box", BOX);
    frame();
    const box = scene.get("box");
    scene.busy({
      selectedElementsAreBeingDragged: true,
      selectedElementIds: { box: true },
      cursorButton: "down",
    });
    write(doc, "box", { strokeColor: "#ff0000" });
    frame();
    expect(scene.get("box")).toBe(box);
    scene.busy({});
    binding.released();
    frame();
    expect(scene.get("box")).toMatchObject({ strokeColor: "#ff0000" });
  });

  it("holds the text inside a shape that is dragged", () => {
    const { doc, scene, frame } = open();
    write(doc, "box", BOX);
    write(doc, "label", {
      ...BOX,
      type: "text",
      text: "a",
      originalText: "a",
      containerId: "box",
      index: "a1",
    });
    frame();
    const label = scene.get("label");
    scene.busy({
      selectedElementsAreBeingDragged: true,
      selectedElementIds: { box: true },
      cursorButton: "down",
    });
    write(doc, "label", { strokeColor: "#ff0000" });
    frame();
    expect(scene.get("label")).toBe(label);
  });

  it("never shows elements that load foreign pages, and leaves unknown types in the document", () => {
    const { doc, scene, frame } = open();
    write(doc, "evil", { ...BOX, type: "embeddable" });
    write(doc, "new", { ...BOX, type: "hologram" });
    frame();
    expect(scene.ids()).toEqual([]);
    expect(elements(doc).size).toBe(2);
  });

  it("keeps keys that this page does not know", () => {
    const { doc, scene, binding, frame } = open();
    write(doc, "box", { ...BOX, glow: 3 });
    frame();
    scene.change("box", { x: 1 });
    binding.flush();
    expect(stored(doc, "box").glow).toBe(3);
  });

  it("computes what hangs on a shape from the document, and stores none of it", () => {
    const { doc, scene, binding, frame } = open();
    write(doc, "box", BOX);
    frame();
    write(doc, "label", {
      ...BOX,
      type: "text",
      text: "a",
      originalText: "a",
      containerId: "box",
      index: "a1",
    });
    write(doc, "arrow", {
      ...BOX,
      type: "arrow",
      index: "a2",
      points: [
        [0, 0],
        [9, 9],
      ],
      startBinding: { elementId: "box", focus: 0, gap: 4 },
    });
    frame();
    expect(scene.get("box").boundElements).toEqual([
      { id: "label", type: "text" },
      { id: "arrow", type: "arrow" },
    ]);
    write(doc, "arrow", { isDeleted: true });
    frame();
    expect(scene.get("box").boundElements).toEqual([{ id: "label", type: "text" }]);
    binding.flush();
    expect(stored(doc, "box").boundElements).toBeUndefined();
  });
});

describe("order", () => {
  it("follows the document's (index, id), not the scene's own numbers", () => {
    const { doc, scene, frame } = open();
    for (const id of ["c", "a", "b"]) write(doc, id, { ...BOX, index: "a1" });
    frame();
    expect(scene.ids()).toEqual(["a", "b", "c"]);
    write(doc, "low", { ...BOX, index: "a0" });
    frame();
    expect(scene.ids()).toEqual(["low", "a", "b", "c"]);
  });

  it("does not write an index that the scene gave on its own account", () => {
    const { doc, scene, binding, frame } = open();
    for (const id of ["a", "b"]) write(doc, id, { ...BOX, index: "a1" });
    frame();
    expect(scene.get("b").index).not.toBe("a1");
    scene.change("b", { x: 77 });
    binding.flush();
    expect(stored(doc, "b")).toMatchObject({ index: "a1", x: 77 });
  });

  it("writes an index that a person's action chose", () => {
    const { doc, scene, binding, frame } = open();
    for (const id of ["a", "b"]) write(doc, id, { ...BOX, index: "a1" });
    frame();
    scene.change("a", { index: "a9" });
    binding.flush();
    expect(stored(doc, "a").index).toBe("a9");
    frame();
    write(doc, "c", { ...BOX, index: "a2" });
    frame();
    expect(scene.ids()).toEqual(["b", "c", "a"]);
  });
});

describe("several pages", () => {
  /** A page with its own document; `sync` exchanges what each has. */
  function pages(count: number): { boards: Board[]; sync: () => void } {
    const boards = Array.from({ length: count }, () => open());
    const sync = () => {
      for (const one of boards) {
        for (const other of boards)
          Y.applyUpdate(other.doc, Y.encodeStateAsUpdate(one.doc, Y.encodeStateVector(other.doc)));
      }
      for (const board of boards) board.frame();
    };
    return { boards, sync };
  }

  it("show the same elements in the same order after any mix of drawing, moving, deleting and reordering apart", () => {
    let seed = 42;
    const random = (limit: number): number => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      return seed % limit;
    };
    const { boards, sync } = pages(3);
    for (let step = 0; step < 240; step += 1) {
      const board = boards[random(3)] as Board;
      const live = board.scene.list.filter((element) => !element.isDeleted);
      const target = live[random(Math.max(1, live.length))];
      const action = random(6);
      if (action < 2 || target === undefined)
        board.scene.add({ id: `e${step}`, type: "rectangle", x: random(900) });
      else if (action === 2) board.scene.change(target.id, { x: random(900), y: random(900) });
      else if (action === 3) board.scene.change(target.id, { strokeColor: `#00000${random(9)}` });
      else if (action === 4) board.scene.change(target.id, { isDeleted: true });
      else board.scene.change(target.id, { width: 10 + random(90) });
      board.binding.sceneChanged();
      if (random(4) === 0) board.binding.flush();
      if (random(12) === 0) sync();
    }
    for (const board of boards) board.binding.flush();
    sync();
    sync();
    const [first, ...others] = boards as [Board, ...Board[]];
    const inDocument = [...elements(first.doc)]
      .map(([id, map]) => [String(map.get("index")), id] as const)
      .sort(([a, x], [b, y]) => (a !== b ? (a < b ? -1 : 1) : x < y ? -1 : 1))
      .map(([, id]) => id);
    for (const board of boards) expect(board.scene.ids()).toEqual(inDocument);
    for (const other of others) {
      for (const element of first.scene.list) {
        const { x, y, width, height, strokeColor, isDeleted } = element;
        expect(other.scene.get(element.id)).toMatchObject({ x, y, width, height, strokeColor, isDeleted });
      }
    }
  });

  it("never take x from one person and y from another", () => {
    const { boards, sync } = pages(2);
    const [one, two] = boards as [Board, Board];
    one.scene.add({ id: "box", type: "rectangle" });
    one.binding.flush();
    sync();
    one.scene.change("box", { x: 1, y: 0 });
    one.binding.flush();
    two.scene.change("box", { x: 0, y: 2 });
    two.binding.flush();
    sync();
    const { x, y } = stored(one.doc, "box");
    expect([
      [1, 0],
      [0, 2],
    ]).toContainEqual([x, y]);
    expect(stored(two.doc, "box")).toEqual(stored(one.doc, "box"));
  });
});
