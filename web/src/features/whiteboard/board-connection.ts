import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import { SCHEMA_VERSION } from "./element-schema";

/** `refused` is final until somebody asks again; `outdated` means that the document must be begun anew. */
export type BoardState =
  | Readonly<{ kind: "connecting" }>
  | Readonly<{ kind: "open" }>
  | Readonly<{ kind: "waiting" }>
  | Readonly<{ kind: "outdated" }>
  | Readonly<{ kind: "refused"; code: number }>;

export type BoardConnectionOptions = Readonly<{
  session: string;
  token: (isRefused: boolean) => Promise<string | null>;
  onState: (state: BoardState) => void;
  /** The document has everything the server had; called once. */
  onSynced: () => void;
}>;

const SIGN_IN = 4401;
const OLD_EPOCH = 4409;
const RATE_LIMITED = 4429;
const RETRY_MS = 2_000;

/** The shared document of one session's board and its connection; every reconnection brings a fresh token. */
export class BoardConnection {
  readonly doc = new Y.Doc();
  readonly provider: WebsocketProvider;
  #isClosed = false;
  #wasSynced = false;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: BoardConnectionOptions) {
    const origin = window.location.origin.replace(/^http/, "ws");
    this.provider = new WebsocketProvider(`${origin}/ws/board`, options.session, this.doc, {
      connect: false,
      // two tabs would otherwise sync past the server's access check
      disableBc: true,
    });
    this.provider.on("status", ({ status }) => this.#onStatus(status));
    this.provider.on("sync", (isSynced) => this.#onSync(isSynced));
    this.provider.on("connection-close", () => this.#freshToken());
    this.provider.on("closed", ({ code }) => void this.#onFinalClose(code));
    void this.#open(false);
  }

  /** True when the document is of a newer kind than this page knows: it may be watched, not changed. */
  get isTooNew(): boolean {
    const schema = this.doc.getMap("meta").get("schema");
    return typeof schema === "number" && schema > SCHEMA_VERSION;
  }

  reconnect(): void {
    void this.#open(true);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.provider.destroy();
    this.doc.destroy();
  }

  async #open(isRefused: boolean): Promise<void> {
    this.options.onState({ kind: "connecting" });
    try {
      const token = await this.options.token(isRefused);
      if (this.#isClosed) return;
      if (token === null) {
        this.options.onState({ kind: "refused", code: SIGN_IN });
        return;
      }
      this.provider.params = this.#params(token);
      this.provider.connect();
    } catch {
      this.#retryLater(isRefused);
    }
  }

  #retryLater(isRefused: boolean): void {
    if (this.#isClosed) return;
    this.options.onState({ kind: "waiting" });
    this.#retry = setTimeout(() => void this.#open(isRefused), RETRY_MS);
  }

  /** A client that has seen nothing is current by definition; one that brings state names the epoch it is of. */
  #params(token: string): Record<string, string> {
    const epoch = this.doc.getMap("meta").get("epoch");
    return this.#wasSynced ? { token, epoch: String(typeof epoch === "number" ? epoch : 0) } : { token };
  }

  /** The provider is about to try again by itself, with whatever `params` holds then. */
  #freshToken(): void {
    if (this.#isClosed) return;
    this.options.token(false).then(
      (token) => {
        if (token !== null) this.provider.params = this.#params(token);
      },
      () => {
        // offline: the old token is tried until the network is back
      },
    );
  }

  #onStatus(status: "connected" | "disconnected" | "connecting"): void {
    if (this.#isClosed) return;
    if (status === "connected") return;
    this.options.onState({ kind: status === "disconnected" || this.#wasSynced ? "waiting" : "connecting" });
  }

  #onSync(isSynced: boolean): void {
    if (!isSynced || this.#isClosed) return;
    this.options.onState({ kind: "open" });
    if (this.#wasSynced) return;
    this.#wasSynced = true;
    this.options.onSynced();
  }

  async #onFinalClose(code: number): Promise<void> {
    this.provider.disconnect();
    if (this.#isClosed) return;
    if (code === OLD_EPOCH) this.options.onState({ kind: "outdated" });
    else if (code === SIGN_IN) await this.#signInAgain();
    else if (code === RATE_LIMITED) this.#retryLater(false);
    else this.options.onState({ kind: "refused", code });
  }

  #refusedAt = 0;

  async #signInAgain(): Promise<void> {
    // refused twice within seconds with a fresh token: the account itself is not welcome
    if (Date.now() - this.#refusedAt < 5_000) {
      this.options.onState({ kind: "refused", code: SIGN_IN });
      return;
    }
    this.#refusedAt = Date.now();
    await this.#open(true);
  }
}
