import { errorOfResponse, ServerError, toServerError } from "./errors";

/** The account behind the access token. */
export type User = Readonly<{
  id: string;
  name: string;
  email: string | null;
  kind: "guest" | "member";
  admin: boolean;
}>;

type SignedIn = Readonly<{ token: string; user: User }>;

type Listener = (user: User | null) => void;

/** Set while a refresh cookie is probably there, so that a first visit asks nothing. */
const REMEMBERED = "tutorium.signed-in";
/** A token this close to its end is exchanged before it is used. */
const EARLY_SECONDS = 30;

/**
 * Holds the access token in memory only; the refresh token is an HttpOnly cookie that no script can read.
 * One refresh runs at a time, whoever asks.
 */
export class SessionToken {
  #token: string | null = null;
  #user: User | null = null;
  #refreshing: Promise<string | null> | null = null;
  readonly #listeners = new Set<Listener>();

  constructor(
    private readonly fetcher: typeof fetch = (...args) => fetch(...args),
    private readonly storage: Storage = localStorage,
    private readonly now: () => number = Date.now,
  ) {}

  get user(): User | null {
    return this.#user;
  }

  /** Calls `listener` on each change of the account. Returns how to stop. */
  subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Picks up the sign-in of an earlier visit, if there was one. */
  async restore(): Promise<User | null> {
    if (this.storage.getItem(REMEMBERED) === null) return null;
    await this.refresh();
    return this.#user;
  }

  /** Returns a token that is good now, or null when nobody is signed in. */
  async get(forceRefresh = false): Promise<string | null> {
    if (!forceRefresh && this.#token !== null && secondsLeft(this.#token, this.now()) > EARLY_SECONDS) {
      return this.#token;
    }
    if (this.#user === null && this.storage.getItem(REMEMBERED) === null) return null;
    return this.refresh();
  }

  enterAsGuest(): Promise<User> {
    return this.#enter("/auth/guest", {});
  }

  signIn(email: string, password: string): Promise<User> {
    return this.#enter("/auth/sign-in", { email, password });
  }

  /** A guest who signs up keeps what was done as a guest: the guest's token goes along. */
  async signUp(email: string, password: string, name: string): Promise<User> {
    const guest = this.#user?.kind === "guest" ? await this.get() : null;
    return this.#enter("/auth/sign-up", { email, password, name }, guest);
  }

  async signOut(): Promise<void> {
    await this.#post("/auth/sign-out", {}, this.#token);
    this.#forget();
  }

  /** Exchanges the refresh cookie. Offline, the old token is kept; refused, the sign-in is over. */
  refresh(): Promise<string | null> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #refresh(): Promise<string | null> {
    try {
      return this.#keep(await this.#post("/auth/refresh", {}, null)).token;
    } catch (error) {
      const failure = toServerError(error);
      if (failure.status !== 401 && failure.status !== 403) throw failure;
      this.#forget();
      return null;
    }
  }

  async #enter(path: string, body: object, bearer: string | null = null): Promise<User> {
    return this.#keep(await this.#post(path, body, bearer)).user;
  }

  async #post(path: string, body: object, bearer: string | null): Promise<unknown> {
    const headers: Record<string, string> = { "Content-Type": "application/json" };
    if (bearer !== null) headers.Authorization = `Bearer ${bearer}`;
    const request = {
      method: "POST",
      headers,
      body: JSON.stringify(body),
      credentials: "same-origin" as const,
    };
    const response = await this.fetcher(path, request).catch((error: unknown) => {
      throw toServerError(error);
    });
    if (!response.ok) throw await errorOfResponse(response);
    return response.status === 204 ? null : response.json();
  }

  #keep(answer: unknown): SignedIn {
    const signedIn = readSignedIn(answer);
    const isOther = !isSameAccount(this.#user, signedIn.user);
    this.#token = signedIn.token;
    this.#user = isOther ? signedIn.user : this.#user;
    this.storage.setItem(REMEMBERED, "1");
    if (isOther) this.#tell();
    return signedIn;
  }

  #forget(): void {
    this.#token = null;
    this.storage.removeItem(REMEMBERED);
    if (this.#user === null) return;
    this.#user = null;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener(this.#user);
  }
}

function readSignedIn(answer: unknown): SignedIn {
  const { token, user } = answer as { token?: unknown; user?: Record<string, unknown> };
  if (typeof token !== "string" || user === undefined)
    throw new ServerError("internal", "The sign-in answer is malformed.");
  return {
    token,
    user: {
      id: String(user._id ?? user.id),
      name: String(user.name),
      email: typeof user.email === "string" ? user.email : null,
      kind: user.kind === "guest" ? "guest" : "member",
      admin: user.admin === true,
    },
  };
}

function isSameAccount(one: User | null, other: User): boolean {
  return one !== null && JSON.stringify(one) === JSON.stringify(other);
}

/** Reads the end of a JWT without trusting it: the server is who checks. */
function secondsLeft(token: string, nowMs: number): number {
  try {
    const payload = token.split(".")[1] ?? "";
    const claims = JSON.parse(atob(payload.replace(/-/g, "+").replace(/_/g, "/"))) as { exp?: unknown };
    return typeof claims.exp === "number" ? claims.exp - nowMs / 1000 : 0;
  } catch {
    return 0;
  }
}
