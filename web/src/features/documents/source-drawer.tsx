import { Anchor, Button, Drawer, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "convex/react";
import { useEffect, useState } from "react";
import { ErrorBoundary } from "@/components/error-boundary";
import { api } from "@/engine-client/functions";
import styles from "./documents.module.css";
import { type Marks, PageSheet } from "./page-sheet";

/** What the drawer shows: a passage with its place, or a document from its first page. */
export type Source = Readonly<{ passage: string; quote: string }> | Readonly<{ document: string }>;

type Props = Readonly<{ source: Source | null; onClose: () => void }>;

const NO_MARKS: Marks = { boxes: [], spans: [], quote: "" };

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
            <PassageSource passage={source.passage} quote={source.quote} />
          ) : (
            <DocumentPages document={source.document} first={1} marks={NO_MARKS} />
          )}
        </ErrorBoundary>
      )}
    </Drawer>
  );
}

function PassageSource({ passage, quote }: Readonly<{ passage: string; quote: string }>) {
  const found = useQuery(api.documents.passage, quote === "" ? { passage } : { passage, quote });
  if (found === undefined) return <Skeleton height={240} />;
  const shown = quote === "" ? found.text : quote;
  return (
    <Stack gap="sm">
      <blockquote className={styles.quote} data-testid="source-quote">
        {shown}
      </blockquote>
      <DocumentPages
        document={found.document}
        first={found.boxes[0]?.[2] ?? found.part}
        marks={{ boxes: found.boxes, spans: found.spans, quote: shown }}
      />
    </Stack>
  );
}

type PagesProps = Readonly<{ document: string; first: number; marks: Marks }>;

function DocumentPages({ document, first, marks }: PagesProps) {
  const [page, setPage] = useState(first);
  useEffect(() => setPage(first), [first]);
  const row = useQuery(api.documents.get, { document });
  const last = row?.pages ?? first;
  const name = row?.paged === false ? "Part" : "Page";
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text fw={600} truncate>
          {row?.name ?? ""}
        </Text>
        <OriginalLink document={document} page={row?.paged ? page : null} />
      </Group>
      <Group gap="xs">
        <Button
          size="compact-sm"
          variant="default"
          disabled={page <= 1}
          onClick={() => setPage(page - 1)}
          aria-label={`${name} before`}
        >
          <IconChevronLeft size={16} aria-hidden />
        </Button>
        <Text size="sm" data-testid="source-place">
          {name} {page} of {last}
        </Text>
        <Button
          size="compact-sm"
          variant="default"
          disabled={page >= last}
          onClick={() => setPage(page + 1)}
          aria-label={`${name} after`}
        >
          <IconChevronRight size={16} aria-hidden />
        </Button>
      </Group>
      <Page document={document} page={page} marks={marks} />
    </Stack>
  );
}

function OriginalLink({ document, page }: Readonly<{ document: string; page: number | null }>) {
  const source = useQuery(api.documents.source, { document });
  if (source === undefined) return null;
  const url =
    page !== null && source.contentType === "application/pdf" ? `${source.url}#page=${page}` : source.url;
  return (
    <Anchor size="sm" href={url} target="_blank" rel="noreferrer" style={{ whiteSpace: "nowrap" }}>
      Original file
    </Anchor>
  );
}

function Page({ document, page, marks }: Readonly<{ document: string; page: number; marks: Marks }>) {
  const content = useQuery(api.documents.page, { document, page });
  if (content === undefined) return <Skeleton height={360} />;
  if (content.blocks.length === 0) return <Text c="dimmed">There is no text on this page.</Text>;
  return <PageSheet content={content} marks={marks} />;
}
