import { type RefObject, useEffect } from "react";

/** Controls of Excalidraw that have no name for screen readers, and the names we give them. */
const NAMES: readonly (readonly [selector: string, name: string])[] = [
  [".main-menu-trigger", "Board menu"],
  [".dropdown-menu-button", "Board menu"],
  [".reset-zoom-button", "Zoom"],
  [".color-picker-container", "Colours"],
];

/** Keeps those names set while Excalidraw draws its toolbars anew. */
export function useNamedControls(container: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const root = container.current;
    if (root === null) return;
    const name = () => {
      for (const [selector, label] of NAMES) {
        for (const element of root.querySelectorAll(selector)) {
          const shown = element.textContent?.trim() ?? "";
          // the name must contain the words that are seen on the control
          const wanted = selector === ".reset-zoom-button" && shown !== "" ? `${shown} Reset zoom` : label;
          if (element.getAttribute("aria-label") !== wanted) element.setAttribute("aria-label", wanted);
        }
      }
      // a second landmark of this kind inside the page would mislead
      for (const footer of root.querySelectorAll("footer:not([role=presentation])"))
        footer.setAttribute("role", "presentation");
    };
    name();
    const observer = new MutationObserver(name);
    observer.observe(root, { childList: true, characterData: true, subtree: true });
    return () => observer.disconnect();
  }, [container]);
}
