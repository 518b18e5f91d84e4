import { useCallback, useRef, useState } from "react";
import { type ServerError, toServerError } from "./errors";

type Task<Args extends unknown[], Result> = {
  run: (...args: Args) => Promise<Result | undefined>;
  isRunning: boolean;
  error: ServerError | null;
  clear: () => void;
};

/** Runs one thing at a time and keeps its error for the page to show; `undefined` means that it failed or was running. */
export function useTask<Args extends unknown[], Result>(
  work: (...args: Args) => Promise<Result>,
): Task<Args, Result> {
  const [isRunning, setRunning] = useState(false);
  const [error, setError] = useState<ServerError | null>(null);
  const latest = useRef(work);
  latest.current = work;
  const busy = useRef(false);
  const run = useCallback(async (...args: Args): Promise<Result | undefined> => {
    if (busy.current) return undefined;
    busy.current = true;
    setRunning(true);
    setError(null);
    try {
      return await latest.current(...args);
    } catch (failure) {
      setError(toServerError(failure));
      return undefined;
    } finally {
      busy.current = false;
      setRunning(false);
    }
  }, []);
  return { run, isRunning, error, clear: useCallback(() => setError(null), []) };
}
