import { type KeyboardEvent, type PointerEvent, useState } from "react";

const KEY = "tutorium.chat-width";
const LEAST = 340;
const STEP = 24;

function longest(): number {
  return Math.round(window.innerWidth * 0.6);
}

function clamp(width: number): number {
  return Math.round(Math.min(Math.max(width, LEAST), Math.max(LEAST, longest())));
}

/** The width of the conversation beside the board, dragged or moved with the arrow keys, kept for the next time. */
export function useSplit() {
  const [width, setWidth] = useState(() =>
    clamp(Number(localStorage.getItem(KEY)) || window.innerWidth * 0.3),
  );
  const move = (next: number) => {
    setWidth(clamp(next));
    localStorage.setItem(KEY, String(clamp(next)));
  };
  const handle = {
    role: "separator",
    tabIndex: 0,
    "aria-orientation": "vertical",
    "aria-label": "Width of the conversation",
    "aria-valuenow": width,
    "aria-valuemin": LEAST,
    "aria-valuemax": longest(),
    onPointerDown: (event: PointerEvent<HTMLElement>) =>
      event.currentTarget.setPointerCapture(event.pointerId),
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (event.currentTarget.hasPointerCapture(event.pointerId)) move(event.clientX);
    },
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === "ArrowLeft") move(width - STEP);
      if (event.key === "ArrowRight") move(width + STEP);
    },
  } as const;
  return { width, handle };
}
