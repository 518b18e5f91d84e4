import "katex/dist/katex.min.css";
import { memo } from "react";
import ReactMarkdown, { type Components, type Options } from "react-markdown";
import rehypeKatex from "rehype-katex";
import remarkGfm from "remark-gfm";
import remarkMath from "remark-math";
import remend from "remend";
import { splitBlocks } from "./blocks";
import styles from "./markdown.module.css";

/** Maths that cannot be set is shown as it was written, never as an error; `trust: false` keeps links and styles out. */
const KATEX = { trust: false, throwOnError: false, strict: "ignore", output: "htmlAndMathml" } as const;

const REMARK: Options["remarkPlugins"] = [remarkGfm, [remarkMath, { singleDollarTextMath: true }]];
const REHYPE: Options["rehypePlugins"] = [[rehypeKatex, KATEX]];

/** A picture from elsewhere would tell its host who reads what: only our own are shown. */
function isOwnImage(src: unknown): src is string {
  if (typeof src !== "string") return false;
  return new URL(src, window.location.href).origin === window.location.origin;
}

const COMPONENTS: Components = {
  img: ({ src, alt }) =>
    isOwnImage(src) ? <img src={src} alt={alt ?? ""} loading="lazy" /> : <em>{alt ?? "picture"}</em>,
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noreferrer noopener">
      {children}
    </a>
  ),
  table: ({ children }) => (
    <div className={styles.scroll} tabIndex={0} role="group" aria-label="Table">
      <table>{children}</table>
    </div>
  ),
  pre: ({ children }) => <pre tabIndex={0}>{children}</pre>,
  // headings of a message must not stand above the page's own
  h1: ({ children }) => <h4>{children}</h4>,
  h2: ({ children }) => <h4>{children}</h4>,
  h3: ({ children }) => <h5>{children}</h5>,
};

const Block = memo(function Block({ text }: { text: string }) {
  return (
    <ReactMarkdown remarkPlugins={REMARK} rehypePlugins={REHYPE} components={COMPONENTS} skipHtml>
      {text}
    </ReactMarkdown>
  );
});

type Props = Readonly<{ text: string; isGrowing: boolean }>;

/** Markdown with maths. A growing text is drawn block by block; its last block is closed as far as it has come. */
export default function Markdown({ text, isGrowing }: Props) {
  const blocks = splitBlocks(text);
  return (
    <div className={styles.prose}>
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks are only ever added at the end
        <Block key={index} text={isGrowing && index === blocks.length - 1 ? remend(block) : block} />
      ))}
    </div>
  );
}
