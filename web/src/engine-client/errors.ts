import { ConvexError } from "convex/values";

/** What went wrong, as the server names it: a stable code and a sentence for people. */
export class ServerError extends Error {
  override readonly name = "ServerError";
  constructor(
    readonly code: string,
    message: string,
    /** HTTP status; 0 when the failure did not come over HTTP. */
    readonly status = 0,
  ) {
    super(message);
  }
}

const UNREACHABLE = "The server cannot be reached. Check the connection and try again.";
const UNKNOWN = "Something went wrong on the server. It has been noted; try again.";

function hasCodeAndMessage(value: unknown): value is { code: string; message: string } {
  if (typeof value !== "object" || value === null) return false;
  const { code, message } = value as Record<string, unknown>;
  return typeof code === "string" && typeof message === "string";
}

/** Brings anything that was thrown into one form that the page can show. */
export function toServerError(error: unknown): ServerError {
  if (error instanceof ServerError) return error;
  if (error instanceof ConvexError && hasCodeAndMessage(error.data)) {
    return new ServerError(error.data.code, error.data.message);
  }
  if (error instanceof TypeError) return new ServerError("unreachable", UNREACHABLE);
  return new ServerError("internal", UNKNOWN);
}

/** Reads the error body of an HTTP answer. */
export async function errorOfResponse(response: Response): Promise<ServerError> {
  const body: unknown = await response.json().catch(() => null);
  if (hasCodeAndMessage(body)) return new ServerError(body.code, body.message, response.status);
  return new ServerError("http", `${UNKNOWN} (HTTP ${response.status})`, response.status);
}
