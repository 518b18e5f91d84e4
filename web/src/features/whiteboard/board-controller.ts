import type { ExcalidrawImperativeAPI } from "@excalidraw/excalidraw/types";
import type { ServerError } from "@/engine-client/errors";
import { BoardBinding } from "./binding";
import { BoardConnection, type BoardState } from "./board-connection";
import { BoardFiles, type SceneFile } from "./board-files";
import { type Described, describeBoard } from "./describe-elements";
import { OwnPresence, type Peer, type PresenceState, peersOf, toldSelection, type View } from "./presence";
import type { Scene, SceneActivity, SceneElement } from "./scene";

export type BoardControllerOptions = Readonly<{
  session: string;
  user: PresenceState["user"];
  canWrite: boolean;
  token: (isRefused: boolean) => Promise<string | null>;
  /** Excalidraw's way to say "not in anybody's undo"; passed in, so that this file does not load Excalidraw. */
  never: "NEVER";
  onState: (state: BoardState) => void;
  /** The board is in the scene: from now on it may be drawn on. */
  onReady: (isTooNew: boolean) => void;
  onPeers: (peers: readonly Peer[]) => void;
  onSelection: (ids: readonly string[]) => void;
  onError: (error: ServerError) => void;
}>;

/** How long after a hand moved the view the tutor's drawing does not take it away. */
const HANDS_OFF_MS = 4_000;

/** Room that Excalidraw's own toolbars cover, in pixels of the screen. */
const TOOLBARS = { top: 72, right: 16, bottom: 64, left: 16 };

/** Joins one Excalidraw to one shared board: document, presence, files, and where to look. */
export class BoardController {
  readonly connection: BoardConnection;
  readonly #presence: OwnPresence;
  #api: ExcalidrawImperativeAPI | null = null;
  #binding: BoardBinding | null = null;
  #files: BoardFiles | null = null;
  #isSynced = false;
  #selection: unknown = null;
  #peersFrame: number | null = null;
  #wanted: readonly string[] = [];
  #followedClient: number | null = null;
  #movedAt = 0;
  isFollowingTutor = true;

  constructor(private readonly options: BoardControllerOptions) {
    this.connection = new BoardConnection({
      session: options.session,
      token: options.token,
      onState: options.onState,
      onSynced: () => {
        this.#isSynced = true;
        this.#bind();
      },
    });
    const { awareness } = this.connection.provider;
    this.#presence = new OwnPresence(awareness, options.user);
    awareness.on("change", this.#onAwareness);
    document.addEventListener("visibilitychange", this.#onVisibility);
    window.addEventListener("pagehide", this.#onVisibility);
  }

  close(): void {
    document.removeEventListener("visibilitychange", this.#onVisibility);
    window.removeEventListener("pagehide", this.#onVisibility);
    this.connection.provider.awareness.off("change", this.#onAwareness);
    if (this.#peersFrame !== null) cancelAnimationFrame(this.#peersFrame);
    this.#binding?.close();
    this.#files?.close();
    this.#presence.close();
    this.connection.close();
  }

  attach(api: ExcalidrawImperativeAPI): void {
    this.#api = api;
    this.#bind();
  }

  /** Excalidraw changed something: elements, selection, or only its own state. */
  sceneChanged(): void {
    this.#bind();
    this.#binding?.sceneChanged();
    this.#focusWanted();
    const state = this.#api?.getAppState();
    if (state === undefined || state.selectedElementIds === this.#selection) return;
    this.#selection = state.selectedElementIds;
    this.#presence.update({
      selectedElementIds: toldSelection(state.selectedElementIds),
      editing: state.editingTextElement?.id ?? null,
    });
    this.options.onSelection(Object.keys(state.selectedElementIds));
  }

  pointerMoved(pointer: PresenceState["pointer"], button: "up" | "down"): void {
    this.#presence.update({ pointer: pointer ?? null, button });
  }

  /** Excalidraw ends an action in its own handler of the same event: look after that. */
  pointerReleased(): void {
    setTimeout(() => this.#binding?.released(), 0);
  }

  viewMoved(): void {
    this.#presence.update({ view: this.#view() });
  }

  /** A person scrolled or zoomed. */
  handMoved(): void {
    this.#movedAt = Date.now();
  }

  followClient(client: number | null): void {
    this.#followedClient = client;
    this.#followPeers();
  }

  /** Shows these elements as soon as they are there, unless somebody is looking around. */
  tutorDrew(ids: readonly string[]): void {
    if (!this.isFollowingTutor || Date.now() - this.#movedAt < HANDS_OFF_MS) return;
    this.#wanted = ids;
    this.#focusWanted();
  }

  /** Shows what a step drew. False when nothing of it is left. */
  showStep(step: string): boolean {
    const drawn =
      this.#api?.getSceneElements().filter((element) => stepOf(element.customData) === step) ?? [];
    this.#look(drawn.map((element) => element.id));
    return drawn.length > 0;
  }

  showElement(id: string): void {
    this.#look([id]);
  }

  /** Everything on the board, with room around. */
  showAll(): void {
    this.#look(this.#api?.getSceneElements().map((element) => element.id) ?? []);
  }

  describe(): Described[] {
    return describeBoard(this.connection.doc.getMap("elements"));
  }

  onContent(listener: () => void): () => void {
    const elements = this.connection.doc.getMap("elements");
    elements.observeDeep(listener);
    return () => elements.unobserveDeep(listener);
  }

  /** Starts once the document is complete and Excalidraw has loaded: earlier, its own start would empty the scene again. */
  #bind(): void {
    const api = this.#api;
    if (this.#binding !== null || api === null || !this.#isSynced || api.getAppState().isLoading) return;
    const { doc, isTooNew } = this.connection;
    this.#files = new BoardFiles({
      doc,
      session: this.options.session,
      token: () => this.options.token(false),
      find: (fileId) => api.getFiles()[fileId] as SceneFile | undefined,
      add: (files) => api.addFiles(files as unknown as Parameters<typeof api.addFiles>[0]),
      onError: this.options.onError,
    });
    const background = doc.getMap("meta").get("background");
    if (typeof background === "string") api.updateScene({ appState: { viewBackgroundColor: background } });
    this.#binding = new BoardBinding({
      doc,
      scene: this.#sceneOf(api),
      files: this.#files,
      canWrite: this.options.canWrite && !isTooNew,
    });
    this.options.onReady(isTooNew);
    this.showAll();
  }

  #sceneOf(api: ExcalidrawImperativeAPI): Scene {
    return {
      elements: () => api.getSceneElementsIncludingDeleted() as unknown as readonly SceneElement[],
      activity: () => api.getAppState() as unknown as SceneActivity,
      replace: (elements) =>
        api.updateScene({
          elements: elements as unknown as ReturnType<typeof api.getSceneElementsIncludingDeleted>,
          captureUpdate: this.options.never,
        }),
    };
  }

  #focusWanted(): void {
    if (this.#wanted.length === 0 || this.#api === null) return;
    const present = new Set(this.#api.getSceneElements().map((element) => element.id));
    if (!this.#wanted.some((id) => present.has(id))) return;
    const ids = this.#wanted;
    this.#wanted = [];
    if (this.#api.getAppState().cursorButton === "up") this.#look(ids);
  }

  #look(ids: readonly string[]): void {
    const wanted = new Set(ids);
    const elements = this.#api?.getSceneElements().filter((element) => wanted.has(element.id)) ?? [];
    if (elements.length === 0) return;
    const isStill = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#api?.scrollToContent(elements, {
      fitToContent: true,
      animate: !isStill,
      duration: 350,
      canvasOffsets: TOOLBARS,
    });
  }

  #view(): View | null {
    const state = this.#api?.getAppState();
    if (state === undefined) return null;
    const zoom = state.zoom.value;
    return {
      x: Math.round(-state.scrollX),
      y: Math.round(-state.scrollY),
      w: Math.round(state.width / zoom),
      h: Math.round(state.height / zoom),
    };
  }

  #onAwareness = (): void => {
    this.#peersFrame ??= requestAnimationFrame(() => {
      this.#peersFrame = null;
      this.options.onPeers(peersOf(this.connection.provider.awareness));
      this.#followPeers();
    });
  };

  #followPeers(): void {
    if (this.#followedClient === null || this.#api === null) return;
    const peer = peersOf(this.connection.provider.awareness).find(
      ({ client }) => client === this.#followedClient,
    );
    const view = peer?.view;
    if (view === undefined || view === null || view.w <= 0 || view.h <= 0) return;
    const { width, height, zoom } = this.#api.getAppState();
    const value = Math.min(width / view.w, height / view.h);
    const scrollX = -view.x + (width / value - view.w) / 2;
    const scrollY = -view.y + (height / value - view.h) / 2;
    this.#api.updateScene({
      appState: { scrollX, scrollY, zoom: { ...zoom, value: value as typeof zoom.value } },
    });
  }

  #onVisibility = (): void => this.#binding?.flush();
}

function stepOf(customData: Record<string, unknown> | undefined): string | null {
  const ours = customData?.tutorium as { step?: unknown } | undefined;
  return ours?.step === undefined || ours.step === null ? null : String(ours.step);
}
