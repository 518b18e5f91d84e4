import type { Awareness } from "y-protocols/awareness";

export type View = Readonly<{ x: number; y: number; w: number; h: number }>;
export type Pointer = Readonly<{ x: number; y: number; tool: "pointer" | "laser" }>;
export type TutorStatus = "idle" | "thinking" | "drawing";

/** What one client tells about itself; never stored (whiteboard model, section 12). */
export type PresenceState = Readonly<{
  user: Readonly<{ id: string; name: string; kind: "person" | "tutor" }>;
  pointer?: Pointer | null;
  button?: "up" | "down";
  selectedElementIds?: Readonly<Record<string, true>>;
  view?: View | null;
  editing?: string | null;
  status?: TutorStatus;
}>;

export type Peer = PresenceState & Readonly<{ client: number }>;

const POINTER_MS = 50;
const VIEW_MS = 500;
/** One update carries the whole state and should stay under 1 kB. */
const MAX_SELECTED = 20;

/** Everybody else on the board; states of another shape are passed over. */
export function peersOf(awareness: Awareness): Peer[] {
  return [...awareness.getStates()].flatMap(([client, raw]) => {
    if (client === awareness.clientID) return [];
    const state = raw as Partial<PresenceState>;
    if (typeof state.user?.id !== "string" || typeof state.user.name !== "string") return [];
    return [{ ...state, user: state.user, client }];
  });
}

/** This tab's own state, sent no faster than others can use it. */
export class OwnPresence {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiting: Partial<PresenceState> = {};
  #sentAt = 0;
  #viewSentAt = 0;

  constructor(
    private readonly awareness: Awareness,
    user: PresenceState["user"],
  ) {
    awareness.setLocalState({
      user,
      pointer: null,
      button: "up",
      selectedElementIds: {},
      view: null,
      editing: null,
    });
  }

  update(change: Partial<PresenceState>): void {
    this.#waiting = { ...this.#waiting, ...change };
    const onlyView = Object.keys(this.#waiting).every((key) => key === "view");
    const due = onlyView ? this.#viewSentAt + VIEW_MS : this.#sentAt + POINTER_MS;
    this.#timer ??= setTimeout(() => this.#send(), Math.max(0, due - Date.now()));
  }

  close(): void {
    clearTimeout(this.#timer);
    this.awareness.setLocalState(null);
  }

  #send(): void {
    this.#timer = undefined;
    const now = Date.now();
    const { view, ...rest } = this.#waiting;
    const isViewDue = view !== undefined && now - this.#viewSentAt >= VIEW_MS;
    const change = isViewDue ? { ...rest, view } : rest;
    this.#waiting = view !== undefined && !isViewDue ? { view } : {};
    if (isViewDue) this.#viewSentAt = now;
    this.#sentAt = now;
    const state = this.awareness.getLocalState();
    if (state !== null && Object.keys(change).length > 0)
      this.awareness.setLocalState({ ...state, ...change });
    if (Object.keys(this.#waiting).length > 0) this.update({});
  }
}

/** The selection as it is told to others. */
export function toldSelection(ids: Readonly<Record<string, unknown>>): Record<string, true> {
  return Object.fromEntries(
    Object.keys(ids)
      .slice(0, MAX_SELECTED)
      .map((id) => [id, true] as const),
  );
}
