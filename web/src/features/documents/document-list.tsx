import {
  ActionIcon,
  Alert,
  Badge,
  Button,
  FileButton,
  Group,
  Paper,
  Progress,
  Skeleton,
  Stack,
  Text,
} from "@mantine/core";
import { IconFile, IconTrash, IconUpload, IconX } from "@tabler/icons-react";
import { useMutation, usePaginatedQuery } from "convex/react";
import { type DragEvent, useState } from "react";
import { Nothing } from "@/components/empty-state";
import { useNotices } from "@/components/notices";
import { fileSize } from "@/components/time";
import { useRemoval } from "@/components/use-removal";
import { toServerError } from "@/engine-client/errors";
import { api } from "@/engine-client/functions";
import type { DocumentRow } from "@/engine-client/rows";
import styles from "./documents.module.css";
import { type Uploading, useUploads } from "./use-uploads";

const PAGE = 50;
const ACCEPTED = ".pdf,.txt,.md,.markdown,.docx,.pptx,.xlsx,.html,.epub";

type Props = Readonly<{ folder: string; canChange: boolean; onOpen: (document: string) => void }>;

/** The documents of a folder: drop files, watch them being read, open, cancel, try again, remove. */
export function DocumentList({ folder, canChange, onOpen }: Props) {
  const { results, status, loadMore } = usePaginatedQuery(
    api.documents.list,
    { folder },
    { initialNumItems: PAGE },
  );
  const { uploads, upload, cancel } = useUploads(folder);
  const [isOver, setOver] = useState(false);
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (canChange) upload([...event.dataTransfer.files]);
  };
  const onDragOver = (event: DragEvent) => {
    event.preventDefault();
    setOver(canChange && event.dataTransfer.types.includes("Files"));
  };
  return (
    <section
      className={styles.area}
      data-over={isOver}
      aria-label="Documents"
      onDragOver={onDragOver}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <Stack gap="xs">
        {status === "LoadingFirstPage" ? <Skeleton height={48} radius="md" /> : null}
        {status !== "LoadingFirstPage" && results.length === 0 && uploads.length === 0 ? (
          <Nothing title="No documents yet" icon={<IconFile size={32} stroke={1.4} aria-hidden />}>
            Drop a PDF or text here. The tutor teaches only from what you give it, and cites the place.
          </Nothing>
        ) : null}
        {uploads.map((one) => (
          <UploadLine key={one.key} upload={one} onCancel={() => cancel(one.key)} />
        ))}
        {results.map((document) => (
          <DocumentLine
            key={document._id}
            document={document}
            canChange={canChange}
            onOpen={() => onOpen(document._id)}
          />
        ))}
        {status === "CanLoadMore" ? (
          <Button variant="subtle" onClick={() => loadMore(PAGE)}>
            Show more
          </Button>
        ) : null}
        {canChange ? (
          <Group justify="center">
            <FileButton
              multiple
              accept={ACCEPTED}
              onChange={(files) => upload(files)}
              inputProps={{ "aria-label": "Choose files to upload", "data-testid": "upload-input" } as object}
            >
              {(props) => (
                <Button
                  {...props}
                  variant="light"
                  leftSection={<IconUpload size={18} aria-hidden />}
                  data-testid="upload"
                >
                  Upload
                </Button>
              )}
            </FileButton>
            <Text size="sm" c="dimmed" visibleFrom="sm">
              or drop files anywhere in this box
            </Text>
          </Group>
        ) : null}
      </Stack>
    </section>
  );
}

function UploadLine({ upload, onCancel }: Readonly<{ upload: Uploading; onCancel: () => void }>) {
  return (
    <Paper withBorder radius="md" className={styles.line} data-testid="uploading">
      <div className={styles.name}>
        <Text size="sm" fw={600} truncate>
          {upload.name}
        </Text>
        {upload.error === null ? (
          <>
            <Text size="xs" c="dimmed">
              uploading {fileSize(upload.bytes)}
            </Text>
            <Progress value={upload.part * 100} size="sm" aria-label={`Uploading ${upload.name}`} />
          </>
        ) : (
          <Alert color="red" py={4} role="alert">
            {upload.error.message}
          </Alert>
        )}
      </div>
      <Button size="compact-sm" variant="subtle" onClick={onCancel} data-testid="cancel-upload">
        {upload.error === null ? "Cancel" : "Dismiss"}
      </Button>
    </Paper>
  );
}

function statusText(document: DocumentRow): string {
  switch (document.status) {
    case "queued":
      return "waiting to be read";
    case "reading":
      return document.pages > 0 ? `reading page ${document.pagesRead} of ${document.pages}` : "reading";
    case "analysing":
      return "finding out what it teaches";
    case "ready":
      return document.pages
        ? `ready · ${document.pages} ${document.pages === 1 ? "page" : "pages"}`
        : "ready";
    case "failed":
      return document.error?.message ?? "could not be read";
    case "cancelled":
      return "cancelled";
  }
}

const COLORS = {
  queued: "gray",
  reading: "blue",
  analysing: "blue",
  ready: "pine",
  failed: "red",
  cancelled: "gray",
} as const;

type LineProps = Readonly<{ document: DocumentRow; canChange: boolean; onOpen: () => void }>;

function DocumentLine({ document, canChange, onOpen }: LineProps) {
  const cancel = useMutation(api.documents.cancel);
  const retry = useMutation(api.documents.retry);
  const remove = useMutation(api.documents.remove);
  const restore = useMutation(api.documents.restore);
  const removal = useRemoval();
  const { notify } = useNotices();
  const args = { document: document._id };
  const attempt = (step: Promise<unknown>) => {
    step.catch((error: unknown) => notify({ message: toServerError(error).message, tone: "bad" }));
  };
  const { status } = document;
  const isWorking = status === "queued" || status === "reading" || status === "analysing";
  return (
    <Paper withBorder radius="md" className={styles.line} data-testid="document" data-status={status}>
      <div className={styles.name}>
        <Text size="sm" fw={600} truncate>
          {document.name}
        </Text>
        <Group gap="xs" wrap="nowrap">
          <Badge size="xs" variant="light" color={COLORS[status]} className={styles.badge}>
            {status}
          </Badge>
          <Text size="xs" c="dimmed" className={styles.status}>
            {fileSize(document.bytes)} · {statusText(document)}
          </Text>
        </Group>
        {isWorking ? (
          <Progress
            value={document.progress * 100}
            size="sm"
            animated
            aria-label={`Reading ${document.name}`}
          />
        ) : null}
      </div>
      {isWorking && canChange ? (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Cancel ${document.name}`}
          onClick={() => attempt(cancel(args))}
          data-testid="cancel-document"
        >
          <IconX size={18} aria-hidden />
        </ActionIcon>
      ) : null}
      {(status === "failed" || status === "cancelled") && canChange ? (
        <Button
          size="compact-sm"
          variant="light"
          onClick={() => attempt(retry(args))}
          data-testid="retry-document"
        >
          Try again
        </Button>
      ) : null}
      {status === "ready" ? (
        <Button size="compact-sm" variant="subtle" onClick={onOpen} data-testid="open-document">
          Open
        </Button>
      ) : null}
      {canChange && !isWorking ? (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Remove ${document.name}`}
          onClick={() =>
            void removal(
              `“${document.name}”`,
              () => remove(args),
              () => restore(args),
            )
          }
          data-testid="remove-document"
        >
          <IconTrash size={18} aria-hidden />
        </ActionIcon>
      ) : null}
    </Paper>
  );
}
