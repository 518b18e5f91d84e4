import { useCallback } from "react";
import { toServerError } from "@/engine-client/errors";
import { useNotices } from "./notices";

/** Removes something and offers to bring it back. */
export function useRemoval(): (
  what: string,
  remove: () => Promise<unknown>,
  restore: () => Promise<unknown>,
) => Promise<boolean> {
  const { notify } = useNotices();
  return useCallback(
    async (what, remove, restore) => {
      const fail = (error: unknown) => notify({ message: toServerError(error).message, tone: "bad" });
      try {
        await remove();
      } catch (error) {
        fail(error);
        return false;
      }
      notify({
        message: `${what} was removed.`,
        action: { label: "Undo", run: () => restore().catch(fail) },
      });
      return true;
    },
    [notify],
  );
}
