import { lazy, Suspense } from "react";
import styles from "./plain.module.css";

const Markdown = lazy(() => import("./markdown"));

type Props = Readonly<{ text: string; isGrowing?: boolean }>;

/** Markdown with maths; the plain text until its code has come. */
export function RichText({ text, isGrowing = false }: Props) {
  return (
    <Suspense fallback={<p className={styles.plain}>{text}</p>}>
      <Markdown text={text} isGrowing={isGrowing} />
    </Suspense>
  );
}
