import type { AskedItem, Attempt, Citation, MessageRow, MessageState } from "@/engine-client/rows";
import type { LessonEvent } from "./events";

/** One message as the page shows it. `seq` is the newest event in it. */
export type Message = Readonly<{
  key: string;
  author: "tutor" | "learner";
  name: string;
  mind: string | null;
  text: string;
  steps: readonly string[];
  citations: readonly Citation[];
  item: AskedItem | null;
  attempts: readonly Attempt[];
  state: MessageState;
  error: string | null;
  seq: number;
}>;

export type MasteryChange = Readonly<{ learner: string; objective: string; before: number; after: number }>;

/** The conversation and what the tutor does now. Only `apply` and `withRows` make new ones. */
export type Conversation = Readonly<{
  messages: readonly Message[];
  /** The newest event that is in here: where a socket goes on. */
  lastSeq: number;
  /** The turn that is being spoken. */
  turn: string | null;
  /** The turn is over and the next one follows by itself. */
  goesOn: boolean;
  mind: string | null;
  /** The question of the newest turn, until it is closed. */
  openItem: string | null;
  plan: Extract<LessonEvent, { type: "lesson.planned" }> | null;
  /** The caller's newest mastery by objective, as far as events told. */
  mastery: Readonly<Record<string, MasteryChange>>;
  isDone: boolean;
}>;

export const emptyConversation: Conversation = {
  messages: [],
  lastSeq: 0,
  turn: null,
  goesOn: false,
  mind: null,
  openItem: null,
  plan: null,
  mastery: {},
  isDone: false,
};

function messageOfRow(row: MessageRow): Message {
  return {
    key: row.turn ?? `said-${row.seq}`,
    author: row.author,
    name: row.name,
    mind: row.mind ?? null,
    text: row.text,
    steps: row.steps,
    citations: row.citations,
    item: row.item ?? null,
    attempts: row.attempts ?? [],
    state: row.state,
    error: row.error ?? null,
    seq: row.seq,
  };
}

/**
 * Starts from durable rows (newest first, as the server lists them). `folded`: every event up to there is in the rows.
 * Rows may hold later events too; `apply` then passes those events over, message by message.
 */
export function conversationOfRows(rows: readonly MessageRow[], folded: number): Conversation {
  const messages = [...rows].reverse().map(messageOfRow);
  const last = messages.findLast((message) => message.author === "tutor");
  const isSpeaking = last !== undefined && last.state === "streaming";
  return {
    ...emptyConversation,
    messages,
    lastSeq: folded,
    turn: isSpeaking ? last.key : null,
    mind: last?.mind ?? null,
    openItem: last?.item && !isClosed(last) ? last.item.id : null,
  };
}

/** Puts an older page of rows before what is there. */
export function withOlderRows(conversation: Conversation, rows: readonly MessageRow[]): Conversation {
  const known = new Set(conversation.messages.map((message) => message.key));
  const older = [...rows]
    .reverse()
    .map(messageOfRow)
    .filter((message) => !known.has(message.key));
  return { ...conversation, messages: [...older, ...conversation.messages] };
}

/** Whether the message's question takes no more answers. */
export function isClosed(message: Pick<Message, "attempts">): boolean {
  return message.attempts.some((attempt) => attempt.closed === true || attempt.verdict === "right");
}

/** Takes one event in. An event that is in already changes nothing, so a replay is harmless. */
export function apply(conversation: Conversation, event: LessonEvent, me: string): Conversation {
  if (event.seq <= conversation.lastSeq) return conversation;
  const next = { ...conversation, lastSeq: event.seq };
  switch (event.type) {
    case "lesson.planned":
      return { ...next, plan: event, mind: event.mind, isDone: false };
    case "learner.said":
      return addMessage(next, {
        ...blank(`said-${event.seq}`, event.seq),
        author: "learner",
        name: event.name,
        text: event.text,
        state: "done",
      });
    case "mastery.changed":
      if (event.learner !== me) return next;
      return { ...next, mastery: { ...next.mastery, [event.objective]: event } };
    case "turn.started": {
      const started = { ...blank(event.turn, event.seq), mind: event.mind };
      const isKnown = next.messages.some((message) => message.key === event.turn);
      const open = { ...next, turn: event.turn, goesOn: false, mind: event.mind, isDone: false };
      return isKnown ? open : addMessage(open, started);
    }
    case "turn.finished": {
      const finished = {
        ...next,
        turn: null,
        goesOn: event.more === true,
        isDone: event.lessonDone === true,
      };
      return change(finished, event, (message) => ({
        ...message,
        state: event.stopped ? "stopped" : "done",
      }));
    }
    case "turn.failed":
      return change({ ...next, turn: null, goesOn: false }, event, (message) => ({
        ...message,
        state: "failed",
        error: event.message,
      }));
    case "text.delta":
      return change(next, event, (message) => ({
        ...message,
        text: message.text + event.text,
        citations: joined(message.citations, event.citations),
      }));
    case "board.drawn":
      return change(next, event, (message) => ({
        ...message,
        steps: [...message.steps, event.step],
        citations: joined(message.citations, event.citations),
      }));
    case "item.asked":
      return change({ ...next, openItem: event.item.id }, event, (message) => ({
        ...message,
        item: event.item,
      }));
    case "item.skipped":
      return next.openItem === event.item ? { ...next, openItem: null } : next;
    case "attempt.judged":
      return judged(next, event);
    default:
      // a newer server may say more than this page knows
      return next;
  }
}

function judged(
  conversation: Conversation,
  event: Extract<LessonEvent, { type: "attempt.judged" }>,
): Conversation {
  const { learner, name, response, verdict, feedback, closed } = event;
  const attempt: Attempt = {
    learner,
    name,
    response,
    verdict,
    feedback,
    closed,
    hint: event.hint ?? null,
    solution: event.solution ?? null,
  };
  const open = closed && conversation.openItem === event.item ? null : conversation.openItem;
  const asking = conversation.messages.findLast((message) => message.item?.id === event.item);
  return change(
    { ...conversation, openItem: open },
    { seq: event.seq, turn: asking?.key ?? event.turn },
    (message) => ({
      ...message,
      attempts: [...message.attempts, attempt],
      citations: joined(message.citations, event.citations),
    }),
  );
}

function blank(key: string, seq: number): Message {
  return {
    key,
    author: "tutor",
    name: "Tutor",
    mind: null,
    text: "",
    steps: [],
    citations: [],
    item: null,
    attempts: [],
    state: "streaming",
    error: null,
    seq,
  };
}

function addMessage(conversation: Conversation, message: Message): Conversation {
  if (conversation.messages.some((known) => known.key === message.key)) return conversation;
  return { ...conversation, messages: [...conversation.messages, message] };
}

/** Changes the message of `event.turn`, made if this page never saw it begin; passes over what its row holds already. */
function change(
  conversation: Conversation,
  event: { seq: number; turn: string },
  update: (message: Message) => Message,
): Conversation {
  const { messages } = conversation;
  const index = messages.findLastIndex((message) => message.key === event.turn);
  const known = messages[index];
  if (known === undefined) {
    const made = { ...update(blank(event.turn, event.seq)), seq: event.seq };
    return { ...conversation, messages: [...messages, made] };
  }
  if (event.seq <= known.seq) return conversation;
  return { ...conversation, messages: messages.with(index, { ...update(known), seq: event.seq }) };
}

function joined(known: readonly Citation[], more: readonly Citation[] | undefined): readonly Citation[] {
  const fresh = (more ?? []).filter(
    (citation) =>
      !known.some((other) => other.passage === citation.passage && other.quote === citation.quote),
  );
  return fresh.length === 0 ? known : [...known, ...fresh];
}
