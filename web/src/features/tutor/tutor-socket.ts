import { type Command, isLessonEvent, type LessonEvent, type ServerMessage } from "./events";

/** `waiting`: the connection is lost and is tried again; `refused`: it will not be, see `reason`. */
export type SocketState =
  | Readonly<{ kind: "connecting" }>
  | Readonly<{ kind: "open" }>
  | Readonly<{ kind: "waiting" }>
  | Readonly<{ kind: "refused"; code: number }>;

export type TutorSocketOptions = Readonly<{
  session: string;
  /** Everything up to here is known already. */
  after: number;
  /** A good access token; called anew for every connection, with true after the server refused the last one. */
  token: (isRefused: boolean) => Promise<string | null>;
  onEvent: (event: LessonEvent) => void;
  onState: (state: SocketState) => void;
  /** A command was refused. */
  onRefused: (command: Command | null, code: string, message: string) => void;
  origin?: string;
  open?: (url: string) => WebSocket;
}>;

const SIGN_IN = 4401;
const FINAL_CODES = new Set([4403, 4404]);
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8_000;
/** The server closes silent connections; a proxy between may do so after 60 s. */
const PING_MS = 20_000;
/** Without any message for this long the line is dead, whatever the browser believes. */
const DEAD_MS = 50_000;

/**
 * The tutor's stream of one session: goes on after the last event it has seen whenever the connection drops, and sends
 * again what was not acknowledged (the server does a repeated id once).
 */
export class TutorSocket {
  #socket: WebSocket | null = null;
  #lastSeq: number;
  #isClosed = false;
  #failures = 0;
  #isRefused = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #pulse: ReturnType<typeof setInterval> | undefined;
  #heardAt = 0;
  #count = 0;
  readonly #unacknowledged = new Map<string, Command>();
  /** Ids of two tabs, or of a page before and after a reload, must never be the same. */
  readonly #prefix = crypto.randomUUID();

  constructor(private readonly options: TutorSocketOptions) {
    this.#lastSeq = options.after;
    void this.#connect();
  }

  /** Sends now, or as soon as there is a connection. */
  send(command: Command): void {
    this.#count += 1;
    const id = `${this.#prefix}-${this.#count}`;
    this.#unacknowledged.set(id, command);
    this.#transmit(id, command);
  }

  /** Whether something that was sent is not yet kept by the server. */
  get hasUnacknowledged(): boolean {
    return this.#unacknowledged.size > 0;
  }

  /** Tries again at once, after `waiting` or `refused`. */
  reconnect(): void {
    if (this.#socket !== null || this.#isClosed) return;
    clearTimeout(this.#retry);
    this.#failures = 0;
    void this.#connect();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    clearInterval(this.#pulse);
    this.#drop()?.close();
  }

  async #connect(): Promise<void> {
    this.options.onState({ kind: "connecting" });
    let token: string | null;
    try {
      token = await this.options.token(this.#isRefused);
    } catch {
      // signing in needs the network too: the same wait as for a lost connection
      this.#waitAndRetry();
      return;
    }
    if (this.#isClosed || this.#socket !== null) return;
    if (token === null) {
      this.options.onState({ kind: "refused", code: SIGN_IN });
      return;
    }
    const socket = (this.options.open ?? ((url) => new WebSocket(url)))(this.#url(token));
    this.#socket = socket;
    socket.onopen = () => this.#opened(socket);
    socket.onmessage = (message) => this.#heard(socket, message.data);
    socket.onclose = (event) => this.#ended(socket, event.code);
  }

  #url(token: string): string {
    const origin = this.options.origin ?? window.location.origin;
    const url = new URL(`/ws/tutor/${encodeURIComponent(this.options.session)}`, origin);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("after", String(this.#lastSeq));
    url.searchParams.set("token", token);
    return url.href;
  }

  #opened(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    this.#heardAt = Date.now();
    this.#isRefused = false;
    this.options.onState({ kind: "open" });
    for (const [id, command] of this.#unacknowledged) this.#transmit(id, command);
    clearInterval(this.#pulse);
    this.#pulse = setInterval(() => this.#beat(), PING_MS);
  }

  #beat(): void {
    const socket = this.#socket;
    if (socket === null || socket.readyState !== WebSocket.OPEN) return;
    if (Date.now() - this.#heardAt > DEAD_MS) {
      this.#ended(socket, 1006);
      socket.close();
      return;
    }
    socket.send(JSON.stringify({ type: "ping" }));
  }

  #heard(socket: WebSocket, data: unknown): void {
    if (socket !== this.#socket || typeof data !== "string") return;
    this.#heardAt = Date.now();
    // a connection that says something is a good one: the next loss is tried again at once
    this.#failures = 0;
    const message = JSON.parse(data) as ServerMessage;
    if (isLessonEvent(message)) {
      if (message.seq <= this.#lastSeq) return;
      this.#lastSeq = message.seq;
      this.options.onEvent(message);
    } else if (message.type === "ack") {
      this.#unacknowledged.delete(message.id);
    } else if (message.type === "error") {
      const id = message.id ?? "";
      const command = this.#unacknowledged.get(id) ?? null;
      this.#unacknowledged.delete(id);
      this.options.onRefused(command, message.code, message.message);
    }
  }

  #transmit(id: string, command: Command): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#socket.send(JSON.stringify({ ...command, id }));
  }

  #ended(socket: WebSocket, code: number): void {
    if (socket !== this.#socket) return;
    this.#drop();
    if (FINAL_CODES.has(code)) {
      this.options.onState({ kind: "refused", code });
      return;
    }
    this.#isRefused = code === SIGN_IN;
    this.#waitAndRetry();
  }

  #waitAndRetry(): void {
    if (this.#isClosed) return;
    this.options.onState({ kind: "waiting" });
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures);
    this.#failures += 1;
    // half of the wait is random, so that a restarted server is not met by everybody at once
    this.#retry = setTimeout(() => void this.#connect(), longest / 2 + (Math.random() * longest) / 2);
  }

  #drop(): WebSocket | null {
    const socket = this.#socket;
    this.#socket = null;
    clearInterval(this.#pulse);
    if (socket !== null) {
      socket.onopen = null;
      socket.onmessage = null;
      socket.onclose = null;
    }
    return socket;
  }
}
