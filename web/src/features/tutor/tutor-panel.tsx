import { Alert, Button, Group, Loader } from "@mantine/core";
import { useEffect, useState } from "react";
import { FailureNotice } from "@/components/error-boundary";
import type { Citation, LessonView, Role } from "@/engine-client/rows";
import { Composer } from "./composer";
import { ConversationView } from "./conversation-view";
import { openItemOf } from "./lesson-status";
import styles from "./tutor.module.css";
import type { SocketState } from "./tutor-socket";
import type { Lesson } from "./use-lesson";

type Props = Readonly<{
  lesson: Lesson;
  view: LessonView | undefined;
  me: Readonly<{ id: string; role: Role }>;
  isEnded: boolean;
  about: string | null;
  onAboutDone: () => void;
  onCitation: (citation: Citation) => void;
  onStep: (step: string) => void;
}>;

/** The conversation with the tutor. */
export function TutorPanel({ lesson, view, me, isEnded, about, onAboutDone, onCitation, onStep }: Props) {
  const { conversation } = lesson;
  const canCommand = me.role !== "viewer" && !isEnded;
  if (lesson.loadError !== null) {
    return (
      <FailureNotice
        title="The lesson cannot be opened"
        error={lesson.loadError}
        action="Try again"
        onAction={lesson.reload}
      />
    );
  }
  if (!lesson.isLoaded) {
    return (
      <Group justify="center" p="xl">
        <Loader aria-label="The lesson is loading" />
      </Group>
    );
  }
  const isSpeaking = conversation.turn !== null || conversation.goesOn;
  return (
    <section className={styles.panel} aria-label="Tutor">
      <ConnectionBanner state={lesson.socket} onRetry={lesson.reconnect} />
      <ConversationView
        lesson={lesson}
        me={me.id}
        openItem={openItemOf(conversation, view)}
        canCommand={canCommand}
        isPlanning={view?.state === "planning"}
        onCitation={onCitation}
        onStep={onStep}
      />
      {canCommand ? (
        <Composer
          lesson={lesson}
          isSpeaking={isSpeaking}
          hasStarted={conversation.messages.length > 0 || (view !== undefined && view.state !== "idle")}
          pace={view?.pace ?? 1}
          about={about}
          onAboutDone={onAboutDone}
        />
      ) : (
        <Alert m="sm" py="xs" variant="light" color="gray">
          {isEnded
            ? "This session has ended. It stays readable."
            : "You are watching: only members who may write can speak."}
        </Alert>
      )}
    </section>
  );
}

/** A connection that comes back within this time is nobody's business. */
const SAY_AFTER_MS = 1_500;

function ConnectionBanner({ state, onRetry }: Readonly<{ state: SocketState; onRetry: () => void }>) {
  const isOff = state.kind !== "open";
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    if (!isOff) {
      setShown(false);
      return;
    }
    const timer = setTimeout(() => setShown(true), SAY_AFTER_MS);
    return () => clearTimeout(timer);
  }, [isOff]);
  if (!isShown) return null;
  const isRefused = state.kind === "refused";
  return (
    <Alert
      color={isRefused ? "red" : "orange"}
      py={6}
      radius={0}
      role="status"
      data-testid="connection-banner"
    >
      <Group justify="space-between" gap="xs">
        <span>
          {isRefused
            ? state.code === 4404
              ? "This session is no longer here."
              : "The server refuses the connection. Sign in again."
            : "The connection is lost. Trying again; nothing you sent is lost."}
        </span>
        <Button size="compact-xs" variant="subtle" onClick={onRetry}>
          Try now
        </Button>
      </Group>
    </Alert>
  );
}
