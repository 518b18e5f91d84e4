import { useEffect, useRef } from "react";

/** Runs a task when the component appears, once, also where React mounts it twice. */
export function useRunOnce(run: () => Promise<unknown>): void {
  const hasBegun = useRef(false);
  useEffect(() => {
    if (hasBegun.current) return;
    hasBegun.current = true;
    void run();
  }, [run]);
}
