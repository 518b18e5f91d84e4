import type { AskedItem, Citation, Verdict } from "@/engine-client/rows";

/** What comes over the tutor socket. Lesson events carry `seq`, from 1 without gaps; the three others do not. */
export type LessonEvent = Readonly<{ seq: number }> &
  (
    | Readonly<{
        type: "lesson.planned";
        title: string;
        why: string;
        mind: string;
        notice?: string | null;
        objectives: readonly { id: string; title: string; why: string; mastery: number }[];
      }>
    | Readonly<{ type: "turn.started"; turn: string; mind: string; objective?: string | null }>
    | Readonly<{ type: "text.delta"; turn: string; text: string; citations?: readonly Citation[] }>
    | Readonly<{
        type: "board.drawn";
        turn: string;
        step: string;
        elements: readonly string[];
        alt?: string;
        citations?: readonly Citation[];
      }>
    | Readonly<{ type: "item.asked"; turn: string; item: AskedItem }>
    | Readonly<{ type: "item.skipped"; turn: string; item: string }>
    | Readonly<{
        type: "attempt.judged";
        turn: string;
        item: string;
        learner: string;
        name: string;
        response: string;
        verdict: Verdict;
        score: number;
        attempt: number;
        feedback: string;
        closed: boolean;
        hint?: string | null;
        level?: number | null;
        solution?: string | null;
        citations?: readonly Citation[];
      }>
    | Readonly<{
        type: "mastery.changed";
        learner: string;
        concept: string;
        objective: string;
        before: number;
        after: number;
      }>
    | Readonly<{
        type: "turn.finished";
        turn: string;
        stopped?: boolean;
        more?: boolean;
        lessonDone?: boolean;
      }>
    | Readonly<{ type: "turn.failed"; turn: string; code: string; message: string }>
    | Readonly<{ type: "learner.said"; learner: string; name: string; text: string }>
  );

export type Answered =
  | Readonly<{ type: "ack"; id: string }>
  | Readonly<{ type: "error"; code: string; message: string; id?: string | null }>
  | Readonly<{ type: "pong"; id?: string | null }>;

export type ServerMessage = LessonEvent | Answered;

/** What people ask of the tutor. `send` gives each an id, so that a repeated one is done once. */
export type Command =
  | Readonly<{ type: "start" }>
  | Readonly<{ type: "say"; text: string }>
  | Readonly<{ type: "next" }>
  | Readonly<{ type: "answer"; item: string; choice: number }>
  | Readonly<{ type: "answer"; item: string; text: string }>
  | Readonly<{ type: "help"; kind: HelpKind }>
  | Readonly<{ type: "pace"; value: number }>
  | Readonly<{ type: "point"; element: string; text?: string }>
  | Readonly<{ type: "stop" }>;

export type HelpKind = "stuck" | "simpler" | "example";

export const MAX_TEXT = 4000;

export function isLessonEvent(message: ServerMessage): message is LessonEvent {
  return "seq" in message && typeof message.seq === "number";
}
