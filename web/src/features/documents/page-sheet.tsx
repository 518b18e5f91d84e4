import { useEffect, useRef } from "react";
import type { PageBlock, PageView, TextBox, TextSpan } from "@/engine-client/rows";
import styles from "./documents.module.css";

/** What is cited: lines on a page, and where a format has no pages, stretches of its blocks. */
export type Marks = Readonly<{ boxes: readonly TextBox[]; spans: readonly TextSpan[]; quote: string }>;

type Props = Readonly<{ content: PageView; marks: Marks }>;

/** One page as it is laid out, or its text where there are no pages; what is cited is marked and in view. */
export function PageSheet({ content, marks }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other content has other marks
  useEffect(() => {
    frame.current?.querySelector("[data-mark]")?.scrollIntoView({ block: "center" });
  }, [content, marks]);
  const isLaidOut = content.width > 0 && content.blocks.some((block) => block.boxes.length > 0);
  return (
    <div ref={frame} data-testid="source-page">
      {isLaidOut ? <Sheet content={content} marks={marks} /> : <Flow content={content} marks={marks} />}
    </div>
  );
}

/** Room around a marked line, in points. */
const MARGIN = 1.5;

/** Capital and small letters together take about this part of a line's box. */
const TEXT_HEIGHT = 0.82;

function Sheet({ content, marks }: Props) {
  const marked = marks.boxes.filter((box) => box[2] === content.page);
  return (
    <div className={styles.sheet}>
      <svg
        viewBox={`0 0 ${content.width} ${content.height}`}
        role="document"
        aria-label={`Page ${content.page}`}
      >
        {marked.map(([start, end, , x0, y0, x1, y1]) => (
          <rect
            key={`${start}-${end}-${y0}`}
            data-mark
            className={styles.mark}
            x={x0 - MARGIN}
            y={y0 - MARGIN}
            width={x1 - x0 + 2 * MARGIN}
            height={y1 - y0 + 2 * MARGIN}
            rx={2}
          />
        ))}
        {content.blocks.flatMap((block) =>
          block.boxes
            .filter((box) => box[2] === content.page)
            .map((box) => <Line key={`${block.id}-${box[0]}-${box[4]}`} block={block} box={box} />),
        )}
      </svg>
    </div>
  );
}

function Line({ block, box: [start, end, , x0, y0, x1, y1] }: Readonly<{ block: PageBlock; box: TextBox }>) {
  const text = block.text.slice(start, end).trim();
  if (text === "") return null;
  const height = y1 - y0;
  return (
    <text
      x={x0}
      y={y0 + height * TEXT_HEIGHT}
      fontSize={height * TEXT_HEIGHT}
      fontWeight={block.kind === "heading" ? 700 : 400}
      // the line has the width it has on the page, whatever font this is
      textLength={x1 - x0}
      lengthAdjust="spacingAndGlyphs"
    >
      {text}
    </text>
  );
}

function Flow({ content, marks }: Props) {
  const quoting =
    marks.quote === "" ? undefined : content.blocks.find((block) => block.text.includes(marks.quote));
  // the quotation alone, if it stands here as it is; else all that the passage covers
  const spans = marks.spans.filter((span) => quoting === undefined || span[0] === quoting.id);
  const cited = new Map(spans.map((span) => [span[0], span]));
  return (
    <div className={styles.blocks}>
      {content.blocks.map((block) => {
        const span = cited.get(block.id);
        return (
          <p key={block.id} data-kind={block.kind}>
            {span === undefined ? block.text : <Marked text={block.text} span={span} quote={marks.quote} />}
          </p>
        );
      })}
    </div>
  );
}

/** Marks the quotation where it stands in the block, else the part of the block that the passage covers. */
function Marked({ text, span, quote }: Readonly<{ text: string; span: TextSpan; quote: string }>) {
  const at = quote === "" ? -1 : text.indexOf(quote);
  const [start, end] = at >= 0 ? [at, at + quote.length] : [span[1], span[2]];
  return (
    <>
      {text.slice(0, start)}
      <mark data-mark>{text.slice(start, end)}</mark>
      {text.slice(end)}
    </>
  );
}
