import "@mantine/core/styles.css";
import "./app/page.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app";

declare global {
  interface Window {
    EXCALIDRAW_ASSET_PATH?: string;
  }
}

// read when the board's code arrives, long after this
window.EXCALIDRAW_ASSET_PATH = "/board/";

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no root");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
