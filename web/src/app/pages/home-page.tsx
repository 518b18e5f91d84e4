import { Alert, Anchor, Group, Title } from "@mantine/core";
import { useQuery } from "convex/react";
import { useState } from "react";
import { Link } from "wouter";
import { ErrorBoundary } from "@/components/error-boundary";
import { useTitle } from "@/components/use-title";
import { useUser } from "@/engine-client/client";
import { api } from "@/engine-client/functions";
import { DocumentList } from "@/features/documents/document-list";
import { type Source, SourceDrawer } from "@/features/documents/source-drawer";
import { FolderList } from "@/features/folders/folder-list";
import { NewSessionButton } from "@/features/session/new-session-button";
import { SessionList } from "@/features/session/session-list";
import { Shell } from "../shell";
import styles from "./home-page.module.css";

/** Folders left; the chosen folder's documents and sessions right. Without a folder, all sessions. */
export default function HomePage({ folder }: Readonly<{ folder: string | null }>) {
  const user = useUser();
  return (
    <Shell>
      {user?.kind === "guest" ? (
        <Alert variant="light" mb="lg" data-testid="guest-note">
          You are a guest: your work is kept in this browser.{" "}
          <Anchor component={Link} href="/sign-up" underline="always" inherit>
            Create an account
          </Anchor>{" "}
          to find it again anywhere.
        </Alert>
      ) : null}
      <div className={styles.columns}>
        <ErrorBoundary title="Your folders cannot be shown">
          <FolderList current={folder} />
        </ErrorBoundary>
        <ErrorBoundary title="This folder cannot be shown" resetKey={folder}>
          {folder === null ? <AllSessions /> : <FolderContent folder={folder} />}
        </ErrorBoundary>
      </div>
    </Shell>
  );
}

function AllSessions() {
  useTitle("Home");
  return (
    <div className={styles.content}>
      <Title order={1} size="h3" mb="md">
        Your sessions
      </Title>
      <SessionList folder={null} />
    </div>
  );
}

function FolderContent({ folder }: Readonly<{ folder: string }>) {
  const name = useQuery(api.folders.list, {})?.find((row) => row._id === folder)?.name ?? "Folder";
  const [source, setSource] = useState<Source | null>(null);
  useTitle(name);
  return (
    <div className={styles.content}>
      <Group justify="space-between" mb="md">
        <Title order={1} size="h3">
          {name}
        </Title>
        <NewSessionButton folder={folder} suggestion={name} />
      </Group>
      <Title order={2} size="h5" mb="xs">
        Documents
      </Title>
      <DocumentList folder={folder} canChange onOpen={(document) => setSource({ document })} />
      <Title order={2} size="h5" mt="xl" mb="xs">
        Sessions
      </Title>
      <SessionList folder={folder} />
      <SourceDrawer source={source} onClose={() => setSource(null)} />
    </div>
  );
}
