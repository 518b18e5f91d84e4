import { Anchor, Button, Drawer, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "convex/react";
import { useEffect, useRef, useState } from "react";
import { ErrorBoundary } from "@/components/error-boundary";
import { api } from "@/engine-client/functions";
import type { PageBlock, PageRect } from "@/engine-client/rows";
import styles from "./documents.module.css";

/** What the drawer shows: a passage with its place, or a document from its first page. */
export type Source = Readonly<{ passage: string; quote: string }> | Readonly<{ document: string }>;

type Props = Readonly<{ source: Source | null; onClose: () => void }>;

/** The document a citation comes from, open at the passage. */
export function SourceDrawer({ source, onClose }: Props) {
  return (
    <Drawer
      opened={source !== null}
      onClose={onClose}
      position="right"
      size="lg"
      title="Source"
      closeButtonProps={{ "aria-label": "Close" }}
      data-testid="source-drawer"
    >
      {source === null ? null : (
        <ErrorBoundary title="The source cannot be shown" resetKey={source}>
          {"passage" in source ? (
            <PassageSource source={source} />
          ) : (
            <DocumentPages document={source.document} first={1} rects={[]} />
          )}
        </ErrorBoundary>
      )}
    </Drawer>
  );
}

function PassageSource({ source }: Readonly<{ source: Readonly<{ passage: string; quote: string }> }>) {
  const passage = useQuery(api.documents.passage, { passage: source.passage });
  if (passage === undefined) return <Skeleton height={240} />;
  return (
    <Stack gap="sm">
      <div>
        <Text fw={600}>{passage.documentName}</Text>
        {passage.page === null ? null : (
          <Text size="sm" c="dimmed">
            Page {passage.page}
          </Text>
        )}
      </div>
      <blockquote className={styles.quote} data-testid="source-quote">
        {source.quote === "" ? passage.text : source.quote}
      </blockquote>
      <DocumentPages document={passage.document} first={passage.page ?? 1} rects={passage.rects} />
    </Stack>
  );
}

type PagesProps = Readonly<{ document: string; first: number; rects: readonly PageRect[] }>;

function DocumentPages({ document, first, rects }: PagesProps) {
  const [page, setPage] = useState(first);
  useEffect(() => setPage(first), [first]);
  const row = useQuery(api.documents.get, { document });
  const last = row?.pages ?? 1;
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Group gap="xs">
          <Button
            size="compact-sm"
            variant="default"
            disabled={page <= 1}
            onClick={() => setPage(page - 1)}
            aria-label="Page before"
          >
            <IconChevronLeft size={16} aria-hidden />
          </Button>
          <Text size="sm">
            Page {page} of {last}
          </Text>
          <Button
            size="compact-sm"
            variant="default"
            disabled={page >= last}
            onClick={() => setPage(page + 1)}
            aria-label="Page after"
          >
            <IconChevronRight size={16} aria-hidden />
          </Button>
        </Group>
        <OriginalLink document={document} />
      </Group>
      <Page document={document} page={page} rects={rects.filter((rect) => rect.page === page)} />
    </Stack>
  );
}

function OriginalLink({ document }: Readonly<{ document: string }>) {
  const source = useQuery(api.documents.source, { document });
  if (source === undefined) return null;
  return (
    <Anchor size="sm" href={source.url} target="_blank" rel="noreferrer">
      Original file
    </Anchor>
  );
}

type PageProps = Readonly<{ document: string; page: number; rects: readonly PageRect[] }>;

/** The page's text in reading order, what is cited marked and in view. */
function Page({ document, page, rects }: PageProps) {
  const content = useQuery(api.documents.page, { document, page });
  const marked = useRef<HTMLParagraphElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the mark is there once the content is
  useEffect(() => marked.current?.scrollIntoView({ block: "center" }), [content, rects.length]);
  if (content === undefined) return <Skeleton height={360} />;
  if (content.blocks.length === 0) return <Text c="dimmed">There is no text on this page.</Text>;
  const first = content.blocks.findIndex((block) => isTouched(block, rects));
  return (
    <div className={styles.blocks} data-testid="source-page">
      {content.blocks.map((block, index) => (
        <p
          // biome-ignore lint/suspicious/noArrayIndexKey: the blocks of a page never change
          key={index}
          data-kind={block.kind}
          data-marked={isTouched(block, rects)}
          ref={index === first ? marked : null}
        >
          {block.text}
        </p>
      ))}
    </div>
  );
}

function isTouched(block: PageBlock, rects: readonly PageRect[]): boolean {
  return block.rects.some((one) =>
    rects.some((other) => one.x0 < other.x1 && other.x0 < one.x1 && one.y0 < other.y1 && other.y0 < one.y1),
  );
}
