import { useEffect } from "react";

/** Names the tab and, with it, the page for screen readers and history. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Tutorium`;
  }, [title]);
}
