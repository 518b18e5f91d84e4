import { ActionIcon, Badge, Button, Group, Menu, Paper, Skeleton, Stack, Text } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useMutation, usePaginatedQuery } from "convex/react";
import { useState } from "react";
import { Link } from "wouter";
import { Nothing } from "@/components/empty-state";
import { Face } from "@/components/face";
import { MasteryMeter } from "@/components/mastery-meter";
import { NameDialog } from "@/components/name-dialog";
import { relativeTime } from "@/components/time";
import { useRemoval } from "@/components/use-removal";
import { api } from "@/engine-client/functions";
import type { SessionRow, SessionState } from "@/engine-client/rows";
import styles from "./session.module.css";

const PAGE = 20;

const STATES: Readonly<Record<SessionState, { label: string; color: string }>> = {
  created: { label: "new", color: "gray" },
  active: { label: "live", color: "pine" },
  paused: { label: "paused", color: "yellow" },
  ended: { label: "ended", color: "gray" },
  archived: { label: "archived", color: "gray" },
};

/** The sessions of a folder, or of all folders, newest first. */
export function SessionList({ folder }: Readonly<{ folder: string | null }>) {
  const args = folder === null ? {} : { folder };
  const { results, status, loadMore } = usePaginatedQuery(api.sessions.list, args, { initialNumItems: PAGE });
  if (status === "LoadingFirstPage") return <Skeleton height={64} radius="md" />;
  if (results.length === 0) {
    return (
      <Nothing title="No sessions yet">
        {folder === null
          ? "Open or make a folder to start one."
          : "Start one: the tutor teaches from this folder's documents."}
      </Nothing>
    );
  }
  return (
    <Stack gap="xs">
      {results.map((session) => (
        <SessionLine key={session._id} session={session} />
      ))}
      {status === "CanLoadMore" ? (
        <Button variant="subtle" onClick={() => loadMore(PAGE)}>
          Show more
        </Button>
      ) : null}
    </Stack>
  );
}

function SessionLine({ session }: Readonly<{ session: SessionRow }>) {
  const rename = useMutation(api.sessions.rename);
  const remove = useMutation(api.sessions.remove);
  const restore = useMutation(api.sessions.restore);
  const removal = useRemoval();
  const [isRenaming, setRenaming] = useState(false);
  const state = STATES[session.state];
  const args = { session: session._id };
  return (
    <Paper withBorder radius="md" className={styles.line} data-testid="session">
      <Link href={`/session/${session._id}`} className={styles.link}>
        <span className={styles.title}>{session.title}</span>
        <Group gap="xs">
          <Badge variant="light" color={state.color} size="sm">
            {state.label}
          </Badge>
          <Text size="xs" c="dimmed" span>
            {session.folderName} · {relativeTime(session.lastActiveAt)}
          </Text>
        </Group>
      </Link>
      <div className={styles.progress}>
        <MasteryMeter value={session.progress} label={`Progress of ${session.title}`} size="sm" />
      </div>
      <Faces session={session} />
      {session.role === "owner" ? (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`More for ${session.title}`}
              data-testid="session-menu"
            >
              <IconDots size={18} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => setRenaming(true)}>Rename</Menu.Item>
            <Menu.Item
              color="red"
              onClick={() =>
                void removal(
                  `“${session.title}”`,
                  () => remove(args),
                  () => restore(args),
                )
              }
              data-testid="remove-session"
            >
              Remove
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      ) : null}
      <NameDialog
        title="Rename the session"
        label="Title"
        action="Save"
        initial={session.title}
        isOpen={isRenaming}
        inputTestId="session-rename"
        onClose={() => setRenaming(false)}
        onSave={(title) => rename({ ...args, title })}
      />
    </Paper>
  );
}

/** Who takes part, in the colours of their cursors. */
export function Faces({ session }: Readonly<{ session: Pick<SessionRow, "members" | "memberCount"> }>) {
  const shown = session.members.slice(0, 3);
  if (session.memberCount < 2) return null;
  const more = session.memberCount - shown.length;
  return (
    <span className={styles.faces} aria-label={`${session.memberCount} people`} role="img">
      {shown.map((member) => (
        <Face key={member.user} id={member.user} name={member.name} size={26} />
      ))}
      {more > 0 ? <Text span size="xs">{`+${more}`}</Text> : null}
    </span>
  );
}
