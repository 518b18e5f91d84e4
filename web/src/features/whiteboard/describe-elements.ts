import type * as Y from "yjs";
import type { ElementValues } from "./element-schema";

/** One line of the board as text. */
export type Described = Readonly<{ id: string; kind: string; text: string; author: string }>;

const KINDS: Readonly<Record<string, string>> = {
  rectangle: "Box",
  ellipse: "Ellipse",
  diamond: "Diamond",
  text: "Text",
  line: "Line",
  arrow: "Arrow",
  freedraw: "Drawing",
  image: "Picture",
  frame: "Frame",
};

const DRAWN: Readonly<Record<string, string>> = {
  formula: "Formula",
  plot: "Curve",
  diagram: "Diagram",
  note: "Note",
  highlight: "Highlight",
};

/** Reads the board for people who cannot see the canvas: top to bottom, text of a shape with its shape. */
export function describeBoard(elements: Y.Map<Y.Map<unknown>>): Described[] {
  const live = [...elements].flatMap(([id, map]) => {
    const values = map.toJSON() as ElementValues;
    return values.isDeleted === true || !(String(values.type) in KINDS) ? [] : [{ id, values }];
  });
  const labels = new Map<string, string>();
  for (const { values } of live) {
    const container = values.containerId;
    if (typeof container === "string") labels.set(container, textOf(values));
  }
  const ids = new Set(live.map(({ id }) => id));
  const told = new Set(live.filter(({ values }) => altOf(values) !== "").map(({ values }) => stepOf(values)));
  return (
    live
      .filter(({ values }) => !ids.has(String(values.containerId)))
      // a drawing that says what it shows is read once, not piece by piece
      .filter(({ values }) => altOf(values) !== "" || !told.has(stepOf(values)) || stepOf(values) === null)
      .sort((one, other) => place(one.values, other.values))
      .map(({ id, values }) => describe(id, values, labels))
      .filter(({ author, text }) => author === "" || text !== "")
  );
}

function describe(id: string, values: ElementValues, labels: ReadonlyMap<string, string>): Described {
  const ours = tutoriumData(values);
  const kind = DRAWN[String(ours.kind)] ?? KINDS[String(values.type)] ?? "Drawing";
  const said = altOf(values) || textOf(values);
  const text = said !== "" ? said : (labels.get(id) ?? arrowText(values, labels));
  return { id, kind, text, author: ours.by === "tutor" ? "Tutor" : "" };
}

function arrowText(values: ElementValues, labels: ReadonlyMap<string, string>): string {
  if (values.type !== "arrow") return "";
  const [from, to] = [endOf(values.startBinding, labels), endOf(values.endBinding, labels)];
  if (from === null && to === null) return "";
  return `from ${from ?? "a free end"} to ${to ?? "a free end"}`;
}

function endOf(binding: unknown, labels: ReadonlyMap<string, string>): string | null {
  const id = (binding as { elementId?: unknown } | null | undefined)?.elementId;
  return typeof id === "string" ? (labels.get(id) ?? "a shape") : null;
}

function textOf(values: ElementValues): string {
  const text = values.originalText ?? values.text;
  return typeof text === "string" ? text.trim() : "";
}

function altOf(values: ElementValues): string {
  const { alt } = tutoriumData(values);
  return typeof alt === "string" ? alt : "";
}

function stepOf(values: ElementValues): string | null {
  const { step } = tutoriumData(values);
  return step === undefined || step === null ? null : String(step);
}

function tutoriumData(values: ElementValues): ElementValues {
  const custom = values.customData as { tutorium?: unknown } | undefined;
  const ours = custom?.tutorium;
  return typeof ours === "object" && ours !== null ? (ours as ElementValues) : {};
}

/** Rows of about a line's height, then left to right: the order in which a page is read. */
const ROW = 40;

function place(one: ElementValues, other: ElementValues): number {
  const row = Math.floor(Number(one.y) / ROW) - Math.floor(Number(other.y) / ROW);
  return row !== 0 ? row : Number(one.x) - Number(other.x);
}
