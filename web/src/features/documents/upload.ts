import { ServerError } from "@/engine-client/errors";

export type Upload = Readonly<{ done: Promise<string>; cancel: () => void }>;

const UNREACHABLE = "The upload was cut off. Check the connection and try again.";

/** Sends a file to an upload address; `fetch` cannot tell how far it is, so this uses the older request. */
export function uploadFile(url: string, file: Blob, onProgress: (part: number) => void): Upload {
  const request = new XMLHttpRequest();
  const done = new Promise<string>((resolve, reject) => {
    request.open("POST", url);
    if (file.type !== "") request.setRequestHeader("Content-Type", file.type);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      try {
        resolve(storageIdOf(request));
      } catch (error) {
        reject(error);
      }
    };
    request.onerror = () => reject(new ServerError("unreachable", UNREACHABLE));
    request.onabort = () => reject(new ServerError("cancelled", "The upload was cancelled."));
    request.send(file);
  });
  return { done, cancel: () => request.abort() };
}

function storageIdOf(request: XMLHttpRequest): string {
  let body: { storageId?: unknown; code?: unknown; message?: unknown };
  try {
    body = JSON.parse(request.responseText) as typeof body;
  } catch {
    body = {};
  }
  if (request.status >= 200 && request.status < 300 && typeof body.storageId === "string")
    return body.storageId;
  const message =
    typeof body.message === "string"
      ? body.message
      : `The file could not be uploaded (HTTP ${request.status}).`;
  throw new ServerError(typeof body.code === "string" ? body.code : "http", message, request.status);
}
