/** Rows and views as the server's functions return them. */

export type Role = "owner" | "editor" | "viewer";

export type FolderRow = Readonly<{
  _id: string;
  _creationTime: number;
  name: string;
  documents: number;
  sessions: number;
}>;

export type SessionState = "created" | "active" | "paused" | "ended" | "archived";

export type Member = Readonly<{ user: string; name: string; role: Role }>;

export type SessionRow = Readonly<{
  _id: string;
  _creationTime: number;
  folder: string;
  folderName: string;
  title: string;
  state: SessionState;
  role: Role;
  members: readonly Member[];
  memberCount: number;
  lastActiveAt: number;
  /** Part of the lesson that is done, 0 to 1. */
  progress: number;
  me: Readonly<{ id: string; name: string; role: Role }>;
}>;

export type Invitation = Readonly<{
  code: string;
  path: string;
  role: "editor" | "viewer";
  expiresAt: number;
}>;

export type DocumentStatus = "queued" | "reading" | "analysing" | "ready" | "failed" | "cancelled";

export type DocumentRow = Readonly<{
  _id: string;
  _creationTime: number;
  name: string;
  status: DocumentStatus;
  progress: number;
  /** Pages, or parts of a few minutes' reading where the format has no pages (`paged` false). */
  pages: number;
  pagesRead: number;
  paged: boolean;
  bytes: number;
  title: string;
  textType: string | null;
  error: Readonly<{ code: string; message: string }> | null;
}>;

export type SearchHit = Readonly<{
  passage: string;
  document: string;
  name: string;
  page: number | null;
  part: number;
  snippet: Readonly<{ text: string; matches: readonly (readonly [start: number, end: number])[] }>;
}>;

/** Characters start:end of a text lie on a page (from 1) in a box: points, origin top left, y down. */
export type TextBox = readonly [
  start: number,
  end: number,
  page: number,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
];

/** Characters start:end of the block of this number. */
export type TextSpan = readonly [block: number, start: number, end: number];

export type PassageView = Readonly<{
  _id: string;
  document: string;
  name: string;
  title: string;
  text: string;
  /** What was asked for: the quotation, or the whole passage. */
  start: number;
  end: number;
  page: number | null;
  part: number;
  spans: readonly TextSpan[];
  boxes: readonly TextBox[];
}>;

export type PageBlock = Readonly<{
  id: number;
  kind: string;
  text: string;
  level: number;
  boxes: readonly TextBox[];
  rows: readonly (readonly string[])[];
}>;

/** `width` and `height` in points, 0 where there are no real pages. */
export type PageView = Readonly<{
  document: string;
  page: number;
  pages: number;
  paged: boolean;
  width: number;
  height: number;
  blocks: readonly PageBlock[];
}>;

export type Citation = Readonly<{ document: string; passage: string; quote: string; page?: number | null }>;

export type ItemKind = "choice" | "cloze";

export type AskedItem = Readonly<{
  id: string;
  kind: ItemKind;
  prompt: string;
  choices?: readonly string[] | null;
  objective?: string | null;
}>;

export type Verdict = "right" | "wrong" | "unsure";

export type Attempt = Readonly<{
  learner: string;
  name: string;
  response: string;
  verdict: Verdict;
  feedback: string;
  hint?: string | null;
  solution?: string | null;
  closed?: boolean;
}>;

export type MessageState = "streaming" | "done" | "stopped" | "failed";

export type MessageRow = Readonly<{
  _id: string;
  turn?: string | null;
  author: "tutor" | "learner";
  name: string;
  mind?: string | null;
  text: string;
  steps: readonly string[];
  citations: readonly Citation[];
  item?: AskedItem | null;
  attempts?: readonly Attempt[] | null;
  state: MessageState;
  error?: string | null;
  seq: number;
}>;

export type Objective = Readonly<{
  id: string;
  title: string;
  why: string;
  /** The caller's own chance of answering a fresh question, 0 to 1. */
  mastery: number;
  state: "todo" | "now" | "done";
}>;

export type Plan = Readonly<{
  title: string;
  why: string;
  notice?: string | null;
  objectives: readonly Objective[];
}>;

export type OpenItem = AskedItem & Readonly<{ hints: readonly string[]; tries?: number; attempts?: number }>;

export type LessonState = "idle" | "planning" | "speaking" | "waiting" | "done";

export type LessonView = Readonly<{
  state: LessonState;
  mind: string;
  pace?: number;
  plan: Plan | null;
  openItem: OpenItem | null;
  lastSeq: number;
}>;

export type ReviewPoint = Readonly<{ text: string; evidence: readonly string[] }>;

export type Review = Readonly<{
  wentWell: readonly ReviewPoint[];
  toImprove: readonly ReviewPoint[];
  nextSteps: readonly ReviewPoint[];
}>;

export type SessionReview = Review & Readonly<{ mind: string }>;

export type ConceptMastery = Readonly<{
  concept: string;
  name: string;
  chance: number;
  attempts: number;
  lastAttemptAt?: number | null;
  dueAt?: number | null;
}>;

export type QuizItem = AskedItem & Readonly<{ verdict: Verdict | null; solution: string | null }>;

export type QuizView = Readonly<{
  id: string;
  title: string;
  answered: number;
  right: number;
  items: readonly QuizItem[];
}>;

export type QuizVerdict = Readonly<{ verdict: Verdict; feedback: string; solution: string; mastery: number }>;

/** Counts by kind and state. */
export type Analytics = Readonly<Record<string, Readonly<Record<string, number>>>>;

export type JobRow = Readonly<{
  _id: string;
  _creationTime: number;
  name: string;
  state: string;
  scheduledTime: number;
  completedTime: number | null;
  error: string | null;
  attempt: number;
  cron: string | null;
}>;
