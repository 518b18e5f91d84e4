import { ActionIcon, Center, Drawer, Indicator, Loader, SegmentedControl, Tooltip } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconArrowLeft, IconFiles, IconListCheck, IconUserPlus } from "@tabler/icons-react";
import { useQuery } from "convex/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Link } from "wouter";
import { ErrorBoundary } from "@/components/error-boundary";
import { MasteryMeter } from "@/components/mastery-meter";
import { useTitle } from "@/components/use-title";
import { api } from "@/engine-client/functions";
import type { Citation, SessionRow } from "@/engine-client/rows";
import { AccountMenu } from "@/features/auth/account-menu";
import { DocumentList } from "@/features/documents/document-list";
import { type Source, SourceDrawer } from "@/features/documents/source-drawer";
import { QuizDialog } from "@/features/quizzes/quiz-dialog";
import { Faces } from "@/features/session/session-list";
import { SessionMenu } from "@/features/session/session-menu";
import { SessionReviewDialog } from "@/features/session/session-review";
import { ShareDialog } from "@/features/session/share-dialog";
import type { LessonEvent } from "@/features/tutor/events";
import { masteryOf } from "@/features/tutor/lesson-status";
import { Objectives } from "@/features/tutor/objectives";
import { TutorPanel } from "@/features/tutor/tutor-panel";
import { useLesson } from "@/features/tutor/use-lesson";
import { type BoardHandle, BoardPanel } from "@/features/whiteboard/board-panel";
import styles from "./lesson-page.module.css";
import { useSplit } from "./use-split";

type Side = "chat" | "board";
type Panel = "sources" | "plan" | "share" | "review" | "quiz" | null;

export default function LessonPage({ session }: Readonly<{ session: string }>) {
  return (
    <ErrorBoundary title="This session cannot be opened" resetKey={session}>
      <Opened session={session} />
    </ErrorBoundary>
  );
}

function Opened({ session }: Readonly<{ session: string }>) {
  const row = useQuery(api.sessions.get, { session });
  if (row === undefined) {
    return (
      <Center h="100dvh">
        <Loader aria-label="The lesson is loading" />
      </Center>
    );
  }
  return <LessonView row={row} />;
}

/** A lesson: conversation left, board right; one of the two on narrow screens. */
function LessonView({ row }: Readonly<{ row: SessionRow }>) {
  const session = row._id;
  const isNarrow = useMediaQuery("(max-width: 991px)", undefined, { getInitialValueInEffect: false });
  const [side, setSide] = useState<Side>("chat");
  const [isNew, setNew] = useState<Side | null>(null);
  const [panel, setPanel] = useState<Panel>(null);
  const [source, setSource] = useState<Source | null>(null);
  const [about, setAbout] = useState<string | null>(null);
  const board = useRef<BoardHandle>(null);
  const split = useSplit();
  const view = useQuery(api.lessons.get, { session });
  useTitle(row.title);

  const onEvent = useCallback(
    (event: LessonEvent) => {
      if (event.type === "board.drawn") {
        board.current?.tutorDrew(event.elements);
        if (side === "chat") setNew("board");
      } else if (side === "board" && (event.type === "text.delta" || event.type === "item.asked"))
        setNew("chat");
    },
    [side],
  );
  const lesson = useLesson(session, row.me.id, onEvent);
  useStartOnArrival(lesson.isLoaded && lesson.conversation.messages.length === 0, () =>
    lesson.send({ type: "start" }),
  );

  const show = useCallback((next: Side) => {
    setSide(next);
    setNew((marked) => (marked === next ? null : marked));
  }, []);
  const onCitation = useCallback(
    (citation: Citation) => setSource({ passage: citation.passage, quote: citation.quote }),
    [],
  );
  const onStep = useCallback(
    (step: string) => {
      show("board");
      board.current?.showStep(step);
    },
    [show],
  );
  const onAsk = useCallback(
    (element: string) => {
      setAbout(element);
      show("chat");
    },
    [show],
  );
  const isEnded = row.state === "ended" || row.state === "archived";
  const me = useMemo(
    () => ({ id: row.me.id, name: row.me.name, role: row.me.role }),
    [row.me.id, row.me.name, row.me.role],
  );

  return (
    <div className={styles.frame}>
      <header className={styles.header}>
        <ActionIcon
          component={Link}
          href={`/folder/${row.folder}`}
          variant="subtle"
          color="gray"
          size={34}
          aria-label="Back to the folder"
        >
          <IconArrowLeft size={20} aria-hidden />
        </ActionIcon>
        <h1 className={styles.title}>
          <span className={styles.folder}>{row.folderName} / </span>
          {row.title}
        </h1>
        <div className={styles.mastery}>
          <MasteryMeter
            value={masteryOf(lesson.conversation, view)}
            label="Mastery of this lesson"
            testId="mastery-bar"
            size="sm"
          />
        </div>
        {isNarrow ? <SideSwitch side={side} isNew={isNew} onChange={show} /> : null}
        <div className={styles.tools}>
          <span className={styles.wide}>
            <Faces session={row} />
          </span>
          <HeaderButton
            label="Plan"
            testId="objectives-open"
            onClick={() => setPanel("plan")}
            icon={IconListCheck}
          />
          <HeaderButton
            label="Sources"
            testId="sources-open"
            onClick={() => setPanel("sources")}
            icon={IconFiles}
          />
          <HeaderButton
            label="Share"
            testId="share-open"
            onClick={() => setPanel("share")}
            icon={IconUserPlus}
          />
          <SessionMenu session={row} onReview={() => setPanel("review")} onQuiz={() => setPanel("quiz")} />
          <span className={styles.wide}>
            <AccountMenu />
          </span>
        </div>
      </header>
      <main
        className={styles.body}
        style={isNarrow ? undefined : { gridTemplateColumns: `${split.width}px 6px minmax(0, 1fr)` }}
      >
        <div className={styles.side} hidden={isNarrow === true && side !== "chat"}>
          <ErrorBoundary title="The conversation stopped working">
            <TutorPanel
              lesson={lesson}
              view={view}
              me={me}
              isEnded={isEnded}
              about={about}
              onAboutDone={() => setAbout(null)}
              onCitation={onCitation}
              onStep={onStep}
            />
          </ErrorBoundary>
        </div>
        {isNarrow ? null : <div {...split.handle} className={styles.handle} data-testid="split" />}
        {/* hidden by place, not taken out: the board keeps its connection and its view */}
        <div
          className={styles.side}
          data-away={isNarrow === true && side !== "board"}
          inert={isNarrow === true && side !== "board"}
        >
          <BoardPanel
            ref={board}
            session={session}
            title={row.title}
            me={me}
            isTutorBusy={lesson.conversation.turn !== null}
            onAsk={onAsk}
          />
        </div>
      </main>
      <Drawer
        opened={panel === "sources"}
        onClose={() => setPanel(null)}
        position="right"
        size="md"
        title="Documents of this folder"
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <ErrorBoundary title="The documents cannot be shown">
          <DocumentList
            folder={row.folder}
            canChange={row.role === "owner"}
            onOpen={(document) => setSource({ document })}
          />
        </ErrorBoundary>
      </Drawer>
      <Drawer
        opened={panel === "plan"}
        onClose={() => setPanel(null)}
        position="right"
        size="md"
        title="What this lesson teaches"
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <Objectives plan={view?.plan ?? null} />
      </Drawer>
      <SourceDrawer source={source} onClose={() => setSource(null)} />
      <ShareDialog
        session={session}
        isOwner={row.role === "owner"}
        isOpen={panel === "share"}
        onClose={() => setPanel(null)}
      />
      <QuizDialog session={session} me={me} isOpen={panel === "quiz"} onClose={() => setPanel(null)} />
      <SessionReviewDialog
        session={session}
        isEnded={isEnded}
        isOpen={panel === "review"}
        onClose={() => setPanel(null)}
      />
    </div>
  );
}

/** A lesson opened from "Try a lesson" starts by itself, once. */
function useStartOnArrival(isReady: boolean, start: () => void): void {
  const latest = useRef(start);
  latest.current = start;
  useEffect(() => {
    if (!isReady || !new URLSearchParams(window.location.search).has("start")) return;
    window.history.replaceState(window.history.state, "", window.location.pathname);
    latest.current();
  }, [isReady]);
}

type SwitchProps = Readonly<{ side: Side; isNew: Side | null; onChange: (side: Side) => void }>;

function SideSwitch({ side, isNew, onChange }: SwitchProps) {
  return (
    <Indicator
      disabled={isNew === null || isNew === side}
      position={isNew === "board" ? "top-end" : "top-start"}
      size={10}
      offset={4}
    >
      <SegmentedControl
        size="xs"
        value={side}
        onChange={(value) => onChange(value as Side)}
        data={[
          { value: "chat", label: "Chat" },
          { value: "board", label: "Board" },
        ]}
        aria-label={
          isNew !== null && isNew !== side
            ? `Show chat or board; there is something new in the ${isNew}`
            : "Show chat or board"
        }
        data-testid="side-switch"
      />
    </Indicator>
  );
}

type HeaderButtonProps = Readonly<{
  label: string;
  testId: string;
  onClick: () => void;
  icon: typeof IconFiles;
}>;

function HeaderButton({ label, testId, onClick, icon: Icon }: HeaderButtonProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={34}
        aria-label={label}
        onClick={onClick}
        data-testid={testId}
      >
        <Icon size={20} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
