import { afterEach, describe, expect, it, vi } from "vitest";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { BoardFiles, fileIdOf, type SceneFile } from "@/features/whiteboard/board-files";
import { describeBoard } from "@/features/whiteboard/describe-elements";
import { canonical, isSame, withGroups } from "@/features/whiteboard/element-schema";
import { OwnPresence, peersOf } from "@/features/whiteboard/presence";
import { keepOnHost } from "../build/excalidraw-assets";

afterEach(() => void vi.useRealTimers());

describe("the canonical form", () => {
  it("rounds places and sizes to hundredths, points too, and leaves angles alone", () => {
    const form = canonical({ type: "line", x: 1.005001, points: [[0.123, 4.567]], angle: 0.123456 });
    expect(form).toEqual({ type: "line", x: 1.01, points: [[0.12, 4.57]], angle: 0.123456 });
  });

  it("leaves out numbers that JSON cannot hold", () => {
    expect(canonical({ type: "rectangle", x: Number.NaN, y: Number.POSITIVE_INFINITY })).toEqual({
      type: "rectangle",
    });
  });

  it("compares by value", () => {
    expect(isSame({ a: [1, { b: null }] }, { a: [1, { b: null }] })).toBe(true);
    expect(isSame([1, 2], [1, 2, 3])).toBe(false);
    expect(isSame({ a: 1 }, [1])).toBe(false);
    expect(isSame({ a: undefined }, { b: undefined })).toBe(false);
  });

  it("widens a change to its groups, per type", () => {
    expect(withGroups("text", ["fontSize"])).toContain("originalText");
    expect(withGroups("freedraw", ["points"])).toContain("pressures");
    expect([...withGroups("rectangle", ["strokeColor"])]).toEqual(["strokeColor"]);
  });
});

describe("images", () => {
  const PNG: SceneFile = {
    id: "f1",
    mimeType: "image/png",
    dataURL: `data:image/png;base64,${btoa("tiny")}`,
    created: 5,
  };

  function open(files: SceneFile[], fetcher: typeof fetch = vi.fn<typeof fetch>()) {
    const doc = new Y.Doc();
    const added: SceneFile[] = [];
    const errors: unknown[] = [];
    const board = new BoardFiles({
      doc,
      session: "s1",
      token: async () => "tok",
      find: (id) => files.find((file) => file.id === id),
      add: (more) => added.push(...more),
      onError: (error) => errors.push(error),
      fetcher,
    });
    return { doc, board, added, errors, files: doc.getMap<Record<string, unknown>>("files") };
  }

  it("travel inside the document when they are small", () => {
    const { board, files } = open([PNG]);
    expect(board.store("f1", () => {})).toBe(true);
    expect(files.get("f1")).toEqual({
      id: "f1",
      mimeType: "image/png",
      created: 5,
      size: 4,
      dataURL: PNG.dataURL,
    });
  });

  it("are uploaded first when they are big, and then entered by address", async () => {
    const big = { ...PNG, dataURL: `data:image/png;base64,${btoa("x".repeat(40_000))}` };
    const fetcher = vi.fn<typeof fetch>().mockResolvedValue(new Response(null, { status: 201 }));
    const { board, files } = open([big], fetcher);
    const stored = new Promise<void>((resolve) => {
      expect(board.store("f1", resolve)).toBe(false);
    });
    await stored;
    expect(fetcher).toHaveBeenCalledOnce();
    expect(fetcher.mock.calls[0]).toMatchObject(["/api/boards/s1/files/f1", { method: "PUT" }]);
    expect(files.get("f1")).toMatchObject({ size: 40_000, url: "/api/boards/s1/files/f1" });
    expect(board.store("f1", () => {})).toBe(true);
  });

  it("that are SVG go by the server, however small, and a refusal is told", async () => {
    const svg = { ...PNG, mimeType: "image/svg+xml" };
    const refuse = Response.json({ code: "bad_file", message: "Not safe." }, { status: 422 });
    const { board, errors, files } = open([svg], vi.fn<typeof fetch>().mockResolvedValue(refuse));
    board.store("f1", () => {});
    await vi.waitFor(() => expect(errors).toMatchObject([{ code: "bad_file" }]));
    expect(files.size).toBe(0);
  });

  it("of others are fetched from our own server, whatever address the entry names", async () => {
    const fetcher = vi
      .fn<typeof fetch>()
      .mockResolvedValue(new Response(new Blob(["png"], { type: "image/png" })));
    const { files, added } = open([], fetcher);
    files.set("f2", {
      id: "f2",
      mimeType: "image/png",
      created: 1,
      size: 3,
      url: "https://elsewhere.test/x",
    });
    await vi.waitFor(() => expect(added).toHaveLength(1));
    expect(fetcher.mock.calls[0]?.[0]).toBe("/api/boards/s1/files/f2");
    expect(added[0]?.dataURL).toMatch(/^data:image\/png;base64,/);
  });

  it("are named by the hash of their bytes", async () => {
    const id = await fileIdOf(new Blob(["abc"]));
    expect(id).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
});

describe("presence", () => {
  it("is sent at most every 50 ms, the newest of what changed", () => {
    vi.useFakeTimers();
    const awareness = new Awareness(new Y.Doc());
    const own = new OwnPresence(awareness, { id: "u1", name: "Ann", kind: "person" });
    const sent: unknown[] = [];
    awareness.on("change", () => sent.push(awareness.getLocalState()?.pointer));
    for (let x = 0; x < 10; x += 1) {
      own.update({ pointer: { x, y: 0, tool: "pointer" } });
      vi.advanceTimersByTime(10);
    }
    vi.advanceTimersByTime(100);
    expect(sent.length).toBeLessThanOrEqual(4);
    expect(sent.at(-1)).toMatchObject({ x: 9 });
    own.close();
    expect(awareness.getLocalState()).toBeNull();
    awareness.destroy();
  });

  it("of others is read, and malformed states are passed over", () => {
    const awareness = new Awareness(new Y.Doc());
    awareness.states.set(7, { user: { id: "tutor", name: "Tutor", kind: "tutor" }, status: "drawing" });
    awareness.states.set(8, { nonsense: true });
    expect(peersOf(awareness)).toMatchObject([{ client: 7, status: "drawing" }]);
    awareness.destroy();
  });
});

describe("the board in words", () => {
  it("reads top to bottom, a shape with its text, an arrow with its ends", () => {
    const elements = new Y.Doc().getMap<Y.Map<unknown>>("elements");
    const put = (id: string, values: Record<string, unknown>) =>
      elements.set(id, new Y.Map(Object.entries(values)));
    put("b", { type: "rectangle", x: 200, y: 105 });
    put("bt", { type: "text", x: 200, y: 105, text: "Beat", containerId: "b" });
    put("a", { type: "rectangle", x: 0, y: 100 });
    put("at", { type: "text", x: 0, y: 100, text: "Wave", containerId: "a" });
    put("arrow", {
      type: "arrow",
      x: 100,
      y: 160,
      startBinding: { elementId: "a" },
      endBinding: { elementId: "b" },
    });
    put("f", {
      type: "image",
      x: 0,
      y: 300,
      customData: { tutorium: { by: "tutor", kind: "formula", alt: "x squared" } },
    });
    put("gone", { type: "text", x: 0, y: 0, text: "old", isDeleted: true });
    expect(describeBoard(elements).map(({ kind, text, author }) => [kind, text, author])).toEqual([
      ["Box", "Wave", ""],
      ["Box", "Beat", ""],
      ["Arrow", "from Wave to Beat", ""],
      ["Formula", "x squared", "Tutor"],
    ]);
  });
});

describe("a drawing of the tutor", () => {
  it("that says what it shows is read once, not piece by piece", () => {
    const elements = new Y.Doc().getMap<Y.Map<unknown>>("elements");
    const put = (id: string, values: Record<string, unknown>) =>
      elements.set(
        id,
        new Y.Map(
          Object.entries({
            ...values,
            customData: { tutorium: { by: "tutor", step: 4, ...(values.told as object) } },
          }),
        ),
      );
    put("frame", { type: "rectangle", x: 0, y: 0, told: { alt: "Tide holds energy", kind: "diagram" } });
    put("word", { type: "text", x: 5, y: 5, text: "Tide" });
    put("line", { type: "line", x: 5, y: 50 });
    expect(describeBoard(elements).map(({ kind, text }) => [kind, text])).toEqual([
      ["Diagram", "Tide holds energy"],
    ]);
  });
});

describe("the board's fonts", () => {
  const code =
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is minified code as text
    'P(jn,"ASSETS_FALLBACK_URL",`https://esm.sh/${a?`${b}@${c}`:"d"}/dist/prod/`);var Ic="./fonts/Xiaolai/x.woff2";var b1=[{uri:Ic,descriptors:{unicodeRange:"U+4e00"}}];';

  it("come from our own host alone", () => {
    const kept = keepOnHost(code);
    expect(kept).toContain('window.location.origin+"/board/"');
    expect(kept).not.toContain("esm.sh");
    expect(kept).toContain("var b1=[];");
  });

  it("stop the build when Excalidraw's code has another form", () => {
    expect(() => keepOnHost('"ASSETS_FALLBACK_URL",elsewhere')).toThrow(/look again/);
    expect(keepOnHost("unrelated")).toBeNull();
  });
});
