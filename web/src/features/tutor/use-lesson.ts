import { useConvex } from "convex/react";
import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import { useSessionToken } from "@/engine-client/client";
import { type ServerError, toServerError } from "@/engine-client/errors";
import { api } from "@/engine-client/functions";
import type { MessageRow } from "@/engine-client/rows";
import {
  apply,
  type Conversation,
  conversationOfRows,
  emptyConversation,
  withOlderRows,
} from "./conversation";
import type { Command, LessonEvent } from "./events";
import { type SocketState, TutorSocket } from "./tutor-socket";

const PAGE = 50;

type Action =
  | { kind: "rows"; rows: readonly MessageRow[]; folded: number }
  | { kind: "older"; rows: readonly MessageRow[] }
  | { kind: "events"; events: readonly LessonEvent[]; me: string };

function reduce(conversation: Conversation, action: Action): Conversation {
  switch (action.kind) {
    case "rows":
      return conversationOfRows(action.rows, action.folded);
    case "older":
      return withOlderRows(conversation, action.rows);
    case "events":
      return action.events.reduce((state, event) => apply(state, event, action.me), conversation);
  }
}

export type Refusal = Readonly<{ command: Command | null; message: string }>;

export type Lesson = Readonly<{
  conversation: Conversation;
  isLoaded: boolean;
  loadError: ServerError | null;
  reload: () => void;
  socket: SocketState;
  reconnect: () => void;
  send: (command: Command) => void;
  refusal: Refusal | null;
  clearRefusal: () => void;
  older: { has: boolean; isLoading: boolean; load: () => void };
}>;

/** Joins a session's lesson: durable rows first, then the live stream from where they end. */
export function useLesson(session: string, me: string, onEvent: (event: LessonEvent) => void): Lesson {
  const convex = useConvex();
  const token = useSessionToken();
  const [conversation, dispatch] = useReducer(reduce, emptyConversation);
  const [isLoaded, setLoaded] = useState(false);
  const [loadError, setLoadError] = useState<ServerError | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [socketState, setSocketState] = useState<SocketState>({ kind: "connecting" });
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const [isLoadingOlder, setLoadingOlder] = useState(false);
  const socket = useRef<TutorSocket | null>(null);
  const listener = useRef(onEvent);
  listener.current = onEvent;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt is a reason to run again
  useEffect(() => {
    let isCurrent = true;
    const batch = eventBatch((events) => dispatch({ kind: "events", events, me }));
    const join = async () => {
      // the lesson first: rows read later hold at least what `lastSeq` promises
      const lesson = await convex.query(api.lessons.get, { session });
      const page = await convex.query(api.messages.list, {
        session,
        paginationOpts: { numItems: PAGE, cursor: null },
      });
      if (!isCurrent) return;
      dispatch({ kind: "rows", rows: page.page, folded: lesson.lastSeq });
      setCursor(page.isDone ? null : page.continueCursor);
      setLoaded(true);
      socket.current = new TutorSocket({
        session,
        after: lesson.lastSeq,
        token: (isRefused) => token.get(isRefused),
        onEvent: (event) => {
          batch.add(event);
          listener.current(event);
        },
        onState: (state) => isCurrent && setSocketState(state),
        onRefused: (command, _code, message) => setRefusal({ command, message }),
      });
    };
    setLoadError(null);
    setLoaded(false);
    join().catch((error: unknown) => isCurrent && setLoadError(toServerError(error)));
    return () => {
      isCurrent = false;
      batch.stop();
      socket.current?.close();
      socket.current = null;
    };
  }, [session, me, convex, token, attempt]);

  const loadOlder = useCallback(async () => {
    if (cursor === null) return;
    setLoadingOlder(true);
    try {
      const page = await convex.query(api.messages.list, {
        session,
        paginationOpts: { numItems: PAGE, cursor },
      });
      dispatch({ kind: "older", rows: page.page });
      setCursor(page.isDone ? null : page.continueCursor);
    } catch (error) {
      setRefusal({ command: null, message: toServerError(error).message });
    } finally {
      setLoadingOlder(false);
    }
  }, [convex, session, cursor]);

  return {
    conversation,
    isLoaded,
    loadError,
    reload: useCallback(() => setAttempt((count) => count + 1), []),
    socket: socketState,
    reconnect: useCallback(() => socket.current?.reconnect(), []),
    send: useCallback((command) => {
      setRefusal(null);
      socket.current?.send(command);
    }, []),
    refusal,
    clearRefusal: useCallback(() => setRefusal(null), []),
    older: { has: cursor !== null, isLoading: isLoadingOlder, load: () => void loadOlder() },
  };
}

/** Hands events on at most once a frame: words come faster than a screen can show them. */
function eventBatch(flush: (events: readonly LessonEvent[]) => void) {
  let waiting: LessonEvent[] = [];
  let frame: number | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const run = () => {
    if (frame !== null) cancelAnimationFrame(frame);
    clearTimeout(timer);
    frame = null;
    const events = waiting;
    waiting = [];
    if (events.length > 0) flush(events);
  };
  return {
    add(event: LessonEvent) {
      waiting.push(event);
      if (frame !== null) return;
      frame = requestAnimationFrame(run);
      // a hidden page has no frames, and must not pile events up
      timer = setTimeout(run, 250);
    },
    stop() {
      if (frame !== null) cancelAnimationFrame(frame);
      clearTimeout(timer);
      waiting = [];
    },
  };
}
