/** One block of Markdown that renders the same on its own. */
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const LIST_ITEM = /^ {0,3}(?:[-*+]|\d{1,9}[.)])\s/;
const INDENTED = /^(?: {2,}|\t)\S/;

/**
 * Cuts Markdown at blank lines, but never inside a code fence, a maths block or a list. While a text grows only its
 * last block changes, so that all others need not be rendered again.
 */
export function splitBlocks(markdown: string): string[] {
  const blocks: string[] = [];
  let lines: string[] = [];
  let fence: string | null = null;
  let isMaths = false;
  let isList = false;
  const close = () => {
    if (lines.some((line) => line.trim() !== "")) blocks.push(lines.join("\n"));
    lines = [];
    isList = false;
  };
  for (const line of markdown.split("\n")) {
    const isFirst = lines.length === 0 || lines.at(-1)?.trim() === "";
    if (isFirst && fence === null && !isMaths && line.trim() !== "") {
      const belongsToList = isList && (LIST_ITEM.test(line) || INDENTED.test(line));
      if (!belongsToList) close();
      if (LIST_ITEM.test(line)) isList = true;
    }
    lines.push(line);
    const mark = FENCE.exec(line)?.[1];
    if (fence !== null) {
      if (mark?.startsWith(fence) && line.trim() === mark) fence = null;
    } else if (mark !== undefined) {
      fence = mark;
    } else if (line.trim() === "$$") {
      isMaths = !isMaths;
    }
  }
  close();
  return blocks;
}
