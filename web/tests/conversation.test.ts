import { describe, expect, it } from "vitest";
import type { MessageRow } from "@/engine-client/rows";
import {
  apply,
  type Conversation,
  conversationOfRows,
  emptyConversation,
  withOlderRows,
} from "@/features/tutor/conversation";
import type { LessonEvent } from "@/features/tutor/events";
import { masteryOf, openItemOf } from "@/features/tutor/lesson-status";

const ITEM = { id: "i1", kind: "choice", prompt: "Which?", choices: ["a", "b"] } as const;

const EVENTS = [
  {
    seq: 1,
    type: "lesson.planned",
    title: "Waves",
    why: "You asked",
    mind: "rules",
    objectives: [{ id: "o1", title: "O", why: "w", mastery: 0.4 }],
  },
  { seq: 2, type: "turn.started", turn: "t1", mind: "rules", objective: "o1" },
  { seq: 3, type: "text.delta", turn: "t1", text: "A wave " },
  {
    seq: 4,
    type: "text.delta",
    turn: "t1",
    text: "moves.",
    citations: [{ document: "d", passage: "p", quote: "q", page: 3 }],
  },
  { seq: 5, type: "board.drawn", turn: "t1", step: "s1", elements: ["e1"] },
  { seq: 6, type: "item.asked", turn: "t1", item: ITEM },
  { seq: 7, type: "turn.finished", turn: "t1" },
  { seq: 8, type: "learner.said", learner: "u1", name: "Ann", text: "Why?" },
] as const satisfies readonly LessonEvent[];

const WRONG = {
  seq: 9,
  type: "attempt.judged",
  turn: "t2",
  item: "i1",
  learner: "u1",
  name: "Ann",
  response: "a",
  verdict: "wrong",
  score: 0,
  attempt: 1,
  feedback: "No.",
  closed: false,
  hint: "Look at the crest",
} as const satisfies LessonEvent;

function play(events: readonly LessonEvent[], start: Conversation = emptyConversation): Conversation {
  return events.reduce((state, event) => apply(state, event, "u1"), start);
}

function row(changes: Partial<MessageRow>): MessageRow {
  return {
    _id: "m",
    turn: "t1",
    author: "tutor",
    name: "Tutor",
    text: "",
    steps: [],
    citations: [],
    state: "streaming",
    seq: 2,
    ...changes,
  };
}

describe("events", () => {
  it("make one message of a turn: words, drawing, sources, question", () => {
    const { messages, openItem, turn } = play(EVENTS);
    expect(messages[0]).toMatchObject({ text: "A wave moves.", steps: ["s1"], state: "done", item: ITEM });
    expect(messages[0]?.citations).toHaveLength(1);
    expect(messages[1]).toMatchObject({ author: "learner", text: "Why?" });
    expect([openItem, turn]).toEqual(["i1", null]);
  });

  it("change nothing when they come a second time", () => {
    const once = play(EVENTS);
    expect(play(EVENTS, once)).toEqual(once);
  });

  it("put a judged attempt under its question, whichever turn it came with", () => {
    const { messages, openItem } = play([...EVENTS, WRONG]);
    expect(messages[0]?.attempts).toHaveLength(1);
    expect(messages[0]?.attempts[0]).toMatchObject({ verdict: "wrong", hint: "Look at the crest" });
    expect(openItem).toBe("i1");
  });

  it("close the question with its last attempt", () => {
    const closed = { ...WRONG, seq: 10, closed: true, solution: "b" } as const;
    expect(play([...EVENTS, WRONG, closed]).openItem).toBeNull();
  });

  it("count only the caller's own mastery", () => {
    const change = {
      type: "mastery.changed",
      concept: "c",
      objective: "o1",
      before: 0.4,
      after: 0.7,
    } as const;
    const mine = play([
      ...EVENTS,
      { ...change, seq: 9, learner: "u1" },
      { ...change, seq: 10, learner: "u2", after: 0.1 },
    ]);
    expect(masteryOf(mine, undefined)).toBeCloseTo(0.7);
  });

  it("tell of a turn that failed or was stopped", () => {
    const failed = play([
      EVENTS[1],
      { seq: 3, type: "turn.failed", turn: "t1", code: "x", message: "Too long." },
    ]);
    expect(failed.messages[0]).toMatchObject({ state: "failed", error: "Too long." });
    const stopped = play([EVENTS[1], { seq: 3, type: "turn.finished", turn: "t1", stopped: true }]);
    expect(stopped.messages[0]).toMatchObject({ state: "stopped" });
  });

  it("between two turns of which the second follows by itself, the tutor is still busy", () => {
    const between = play([EVENTS[1], { seq: 3, type: "turn.finished", turn: "t1", more: true }]);
    expect(between).toMatchObject({ turn: null, goesOn: true });
    const after = play([{ seq: 4, type: "turn.started", turn: "t2", mind: "rules" }], between);
    expect(after).toMatchObject({ turn: "t2", goesOn: false });
  });

  it("close a question that somebody went past", () => {
    expect(play([...EVENTS, { seq: 9, type: "item.skipped", turn: "t2", item: "i1" }]).openItem).toBeNull();
  });

  it("pass over a kind that this page does not know", () => {
    const unknown = { seq: 9, type: "confetti.thrown" } as unknown as LessonEvent;
    expect(play([...EVENTS, unknown]).lastSeq).toBe(9);
  });
});

describe("rows", () => {
  it("are shown oldest first and go on with the events after them", () => {
    const start = conversationOfRows([row({ turn: "t2", seq: 9 }), row({ text: "A wave ", seq: 3 })], 3);
    expect(start.messages.map((message) => message.key)).toEqual(["t1", "t2"]);
    expect(play([EVENTS[3]], start).messages[0]?.text).toBe("A wave moves.");
  });

  it("that were read later than the number they promise do not get an event twice", () => {
    // the row already holds event 4 although `lastSeq` says 2
    const start = conversationOfRows([row({ text: "A wave moves.", seq: 4 })], 2);
    expect(play([EVENTS[2], EVENTS[3], EVENTS[4]], start).messages[0]).toMatchObject({
      text: "A wave moves.",
      steps: ["s1"],
    });
  });

  it("of something a person said are not doubled by its event", () => {
    const said = row({ turn: null, author: "learner", name: "Ann", text: "Why?", state: "done", seq: 8 });
    expect(play([EVENTS[7]], conversationOfRows([said], 7)).messages).toHaveLength(1);
  });

  it("of an earlier page come before, and once", () => {
    const start = conversationOfRows([row({ turn: "t2", seq: 9 })], 9);
    const older = withOlderRows(start, [row({ turn: "t2", seq: 9 }), row({ turn: "t1" })]);
    expect(older.messages.map((message) => message.key)).toEqual(["t1", "t2"]);
  });
});

describe("the open question", () => {
  const view = { state: "waiting", mind: "rules", plan: null, openItem: null } as const;

  it("is what the live view says once it has seen as much as the stream", () => {
    expect(openItemOf(play(EVENTS), { ...view, lastSeq: 8 })).toBeNull();
  });

  it("is what the stream says while it is ahead", () => {
    expect(openItemOf(play(EVENTS), { ...view, lastSeq: 3 })).toBe("i1");
  });
});
