import { expect, it } from "vitest";
import { splitBlocks } from "@/components/markdown/blocks";

it("cuts at blank lines", () => {
  expect(splitBlocks("one\n\ntwo\nmore\n\n\nthree")).toEqual(["one\n", "two\nmore\n\n", "three"]);
});

it("never cuts inside a code fence, however it is closed", () => {
  const code = "```python\na = 1\n\nb = 2\n```";
  expect(splitBlocks(`before\n\n${code}\n\nafter`).map((block) => block.trim())).toEqual([
    "before",
    code,
    "after",
  ]);
  expect(splitBlocks("~~~\na\n\n```\n\nb\n~~~")).toHaveLength(1);
});

it("never cuts inside a maths block", () => {
  expect(splitBlocks("$$\nx\n\ny\n$$\n\nend")).toHaveLength(2);
});

it("keeps a list whole, so that its numbers go on", () => {
  expect(splitBlocks("1. one\n\n2. two\n\n   more of two\n\nafter")).toHaveLength(2);
});

it("changes only its last block while a text grows", () => {
  const text =
    "# Title\n\nA paragraph.\n\n```\ncode\n\nmore\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nthe end";
  const full = splitBlocks(text);
  for (let length = 1; length <= text.length; length += 1) {
    const blocks = splitBlocks(text.slice(0, length));
    const settled = blocks.slice(0, -1).map((block) => block.trim());
    expect(settled).toEqual(full.slice(0, settled.length).map((block) => block.trim()));
  }
});

it("loses nothing", () => {
  const text = "a\n\n- b\n\n  c\n\n```\nd";
  expect(splitBlocks(text).join("\n")).toBe(text);
});
