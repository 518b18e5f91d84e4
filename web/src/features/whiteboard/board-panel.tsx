import { Badge, Button, Loader, Text, Tooltip, useComputedColorScheme } from "@mantine/core";
import { IconEye, IconEyeOff, IconListDetails, IconMessageQuestion, IconZoomScan } from "@tabler/icons-react";
import { lazy, type Ref, Suspense, useCallback, useImperativeHandle, useRef, useState } from "react";
import { ErrorBoundary } from "@/components/error-boundary";
import { useNotices } from "@/components/notices";
import { useSessionToken } from "@/engine-client/client";
import type { Role } from "@/engine-client/rows";
import styles from "./board.module.css";
import { BoardAsText } from "./board-as-text";
import type { BoardState } from "./board-connection";
import type { BoardController } from "./board-controller";
import type { Peer } from "./presence";

const Board = lazy(() => import("./board"));

/** What the lesson may ask of the board. */
export type BoardHandle = Readonly<{
  tutorDrew: (elements: readonly string[]) => void;
  showStep: (step: string) => void;
}>;

type Props = Readonly<{
  session: string;
  title: string;
  me: Readonly<{ id: string; name: string; role: Role }>;
  /** The tutor's turn is on. */
  isTutorBusy: boolean;
  ref: Ref<BoardHandle>;
  onAsk: (element: string) => void;
}>;

/** The board with its strip: who is here, follow the tutor, the board as text, ask about a selection. */
export function BoardPanel({ session, title, me, isTutorBusy, ref, onAsk }: Props) {
  const token = useSessionToken();
  const { notify } = useNotices();
  const isDark = useComputedColorScheme("light") === "dark";
  const controller = useRef<BoardController | null>(null);
  const [state, setState] = useState<BoardState>({ kind: "connecting" });
  const [isTooNew, setTooNew] = useState(false);
  const [peers, setPeers] = useState<readonly Peer[]>([]);
  const [selection, setSelection] = useState<readonly string[]>([]);
  const [isFollowing, setFollowing] = useState(true);
  const [isTextOpen, setTextOpen] = useState(false);
  const [generation, setGeneration] = useState(0);

  useImperativeHandle(ref, () => ({
    tutorDrew: (elements) => controller.current?.tutorDrew(elements),
    showStep: (step) => {
      if (controller.current?.showStep(step) === false)
        notify({ message: "That drawing was erased from the board." });
    },
  }));

  const onState = useCallback((next: BoardState) => {
    // the board was compacted while this page was away: begin anew with an empty document
    if (next.kind === "outdated") setGeneration((count) => count + 1);
    else setState(next);
  }, []);
  const follow = () => {
    if (controller.current !== null) controller.current.isFollowingTutor = !isFollowing;
    setFollowing(!isFollowing);
  };
  const canWrite = me.role !== "viewer";
  const tutor = peers.find((peer) => peer.user.kind === "tutor");

  return (
    <section className={styles.panel} aria-label="Whiteboard">
      <div className={styles.strip}>
        <BoardStatus
          state={state}
          isTooNew={isTooNew}
          canWrite={canWrite}
          onRetry={() => controller.current?.connection.reconnect()}
        />
        <Text
          size="sm"
          c="dimmed"
          truncate
          className={styles.grow}
          aria-live="polite"
          data-testid="board-people"
        >
          {peopleHere(peers, tutor, isTutorBusy)}
        </Text>
        {selection.length > 0 && canWrite ? (
          <Button
            size="compact-sm"
            variant="light"
            leftSection={<IconMessageQuestion size={16} aria-hidden />}
            onClick={() => onAsk(selection[0] ?? "")}
            data-testid="ask-about"
          >
            Ask about this
          </Button>
        ) : null}
        <Tooltip label="Show the whole board">
          <Button
            size="compact-sm"
            variant="subtle"
            aria-label="Show the whole board"
            onClick={() => controller.current?.showAll()}
            data-testid="board-fit"
          >
            <IconZoomScan size={18} aria-hidden />
          </Button>
        </Tooltip>
        <Tooltip
          label={isFollowing ? "The view follows the tutor's drawing" : "The view stays where you put it"}
        >
          <Button
            size="compact-sm"
            variant={isFollowing ? "light" : "subtle"}
            aria-pressed={isFollowing}
            aria-label="Follow the tutor"
            onClick={follow}
            data-testid="follow"
          >
            {isFollowing ? <IconEye size={18} aria-hidden /> : <IconEyeOff size={18} aria-hidden />}
          </Button>
        </Tooltip>
        <Button
          size="compact-sm"
          variant={isTextOpen ? "light" : "subtle"}
          aria-expanded={isTextOpen}
          aria-label="Board as Text"
          leftSection={<IconListDetails size={16} aria-hidden />}
          onClick={() => setTextOpen(!isTextOpen)}
          data-testid="text-panel-open"
        >
          Text
        </Button>
      </div>
      <div className={styles.stage}>
        <ErrorBoundary title="The board stopped working" action="Open the board again" resetKey={generation}>
          <Suspense fallback={<Waiting />}>
            <Board
              key={generation}
              session={session}
              title={title}
              me={me}
              canWrite={canWrite}
              isDark={isDark}
              isTutorBusy={isTutorBusy}
              token={(isRefused) => token.get(isRefused)}
              controller={controller}
              onState={onState}
              onReady={setTooNew}
              onPeers={setPeers}
              onSelection={setSelection}
              onError={(error) => notify({ message: error.message, tone: "bad" })}
            />
          </Suspense>
        </ErrorBoundary>
        {isTextOpen ? <BoardAsText controller={controller} onClose={() => setTextOpen(false)} /> : null}
      </div>
    </section>
  );
}

function Waiting() {
  return (
    <div className={styles.waiting}>
      <Loader aria-label="The board is loading" />
    </div>
  );
}

function peopleHere(peers: readonly Peer[], tutor: Peer | undefined, isTutorBusy: boolean): string {
  const names = [...new Set(peers.filter((peer) => peer !== tutor).map((peer) => peer.user.name))];
  const doing = isTutorBusy && tutor?.status === "drawing" ? ["Tutor is drawing…"] : [];
  const others =
    names.length === 0
      ? []
      : [`With ${names.slice(0, 3).join(", ")}${names.length > 3 ? ` +${names.length - 3}` : ""}`];
  return [...doing, ...others].join(" · ");
}

type StatusProps = Readonly<{ state: BoardState; isTooNew: boolean; canWrite: boolean; onRetry: () => void }>;

function BoardStatus({ state, isTooNew, canWrite, onRetry }: StatusProps) {
  if (state.kind === "refused") {
    return (
      <Button size="compact-sm" color="red" variant="light" onClick={onRetry} data-testid="board-retry">
        {state.code === 4404 ? "The board is gone" : "No access to the board"} · try again
      </Button>
    );
  }
  if (state.kind === "waiting") {
    return (
      <Badge color="orange" variant="light" data-testid="board-offline">
        Offline, changes are kept
      </Badge>
    );
  }
  if (isTooNew)
    return (
      <Badge color="orange" variant="light">
        Reload the page to draw
      </Badge>
    );
  if (!canWrite) return <Badge variant="light">You are watching</Badge>;
  return null;
}
