import type * as Y from "yjs";
import { errorOfResponse, ServerError, toServerError } from "@/engine-client/errors";
import type { FileKeeper } from "./binding";

/** A file as Excalidraw holds it. */
export type SceneFile = Readonly<{ id: string; mimeType: string; dataURL: string; created: number }>;

type StoredFile = Readonly<{
  id: string;
  mimeType: string;
  created: number;
  size: number;
  dataURL?: string;
  url?: string;
}>;

export type BoardFilesOptions = Readonly<{
  doc: Y.Doc;
  session: string;
  token: () => Promise<string | null>;
  /** Excalidraw's own store. */
  find: (fileId: string) => SceneFile | undefined;
  add: (files: readonly SceneFile[]) => void;
  onError: (error: ServerError) => void;
  fetcher?: typeof fetch;
}>;

/** Files up to here travel inside the document; bigger ones are uploaded first. */
const MAX_INLINE_BYTES = 32 * 1024;
const MAX_UPLOAD_BYTES = 10 * 1024 * 1024;
const SVG = "image/svg+xml";

/** The id of a file: the hash of its bytes, so that equal content is kept once. */
export async function fileIdOf(content: Blob): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await content.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Images of the board: out of the document into Excalidraw, and back (whiteboard model, section 7). */
export class BoardFiles implements FileKeeper {
  readonly #files: Y.Map<StoredFile>;
  readonly #uploads = new Map<string, Promise<void>>();
  readonly #shown = new Set<string>();
  readonly #refused = new Set<string>();

  constructor(private readonly options: BoardFilesOptions) {
    this.#files = options.doc.getMap("files");
    this.#files.observe(this.#onFiles);
    for (const fileId of this.#files.keys()) void this.#show(fileId);
  }

  close(): void {
    this.#files.unobserve(this.#onFiles);
  }

  store(fileId: string, retry: () => void): boolean {
    if (this.#files.has(fileId)) return true;
    const file = this.options.find(fileId);
    if (file === undefined || this.#refused.has(fileId)) return false;
    const bytes = bytesOf(file.dataURL);
    // SVG may hold scripts: only what the server has cleaned may enter
    if (bytes.length <= MAX_INLINE_BYTES && file.mimeType !== SVG) {
      this.#shown.add(fileId);
      this.#files.set(fileId, { ...entryOf(file, bytes.length), dataURL: file.dataURL });
      return true;
    }
    if (!this.#uploads.has(fileId)) {
      this.#uploads.set(
        fileId,
        this.#upload(file, bytes).then(retry, (error: unknown) => {
          this.#refused.add(fileId);
          this.options.onError(toServerError(error));
        }),
      );
    }
    return false;
  }

  async #upload(file: SceneFile, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (bytes.length > MAX_UPLOAD_BYTES) {
      throw new ServerError(
        "too_large",
        "Images on the board may have at most 10 MiB. Make it smaller and try again.",
      );
    }
    const url = `/api/boards/${this.options.session}/files/${file.id}`;
    const response = await this.#fetch(url, {
      method: "PUT",
      body: bytes,
      headers: { "Content-Type": file.mimeType },
    });
    if (!response.ok) throw await errorOfResponse(response);
    this.#shown.add(file.id);
    this.#files.set(file.id, { ...entryOf(file, bytes.length), url });
  }

  async #show(fileId: string): Promise<void> {
    const entry = this.#files.get(fileId);
    if (entry === undefined || this.#shown.has(fileId)) return;
    this.#shown.add(fileId);
    try {
      const dataURL = entry.dataURL ?? (await this.#download(fileId));
      this.options.add([{ id: fileId, mimeType: entry.mimeType, created: entry.created, dataURL }]);
    } catch (error) {
      // asked again when the entry is seen the next time
      this.#shown.delete(fileId);
      this.options.onError(toServerError(error));
    }
  }

  /** The address is made from the id, never taken from the document: an entry must not send anybody elsewhere. */
  async #download(fileId: string): Promise<string> {
    const response = await this.#fetch(
      `/api/boards/${this.options.session}/files/${encodeURIComponent(fileId)}`,
      {},
    );
    if (!response.ok) throw await errorOfResponse(response);
    return dataUrlOf(await response.blob());
  }

  async #fetch(url: string, request: RequestInit & { headers?: Record<string, string> }): Promise<Response> {
    const token = await this.options.token();
    const headers = { ...request.headers, ...(token === null ? {} : { Authorization: `Bearer ${token}` }) };
    return (this.options.fetcher ?? fetch)(url, { ...request, headers });
  }

  #onFiles = (event: Y.YMapEvent<StoredFile>): void => {
    for (const fileId of event.keysChanged) void this.#show(fileId);
  };
}

function entryOf(file: SceneFile, size: number) {
  return { id: file.id, mimeType: file.mimeType, created: file.created, size };
}

function bytesOf(dataURL: string): Uint8Array<ArrayBuffer> {
  const comma = dataURL.indexOf(",");
  const body = dataURL.slice(comma + 1);
  if (!dataURL.slice(0, comma).endsWith(";base64")) return new TextEncoder().encode(decodeURIComponent(body));
  return Uint8Array.from(atob(body), (char) => char.charCodeAt(0));
}

function dataUrlOf(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error("the image cannot be read"));
    reader.readAsDataURL(blob);
  });
}
