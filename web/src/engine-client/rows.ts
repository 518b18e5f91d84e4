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
  pages: number | null;
  pagesRead: number | null;
  bytes: number;
  title?: string | null;
  textType?: string | null;
  error?: Readonly<{ code: string; message: string }> | null;
}>;

export type SearchHit = Readonly<{
  passage: string;
  document: string;
  documentName: string;
  page: number | null;
  snippet: string;
}>;

/** A box on a page in points, origin top left, y down. */
export type PageRect = Readonly<{ page: number; x0: number; y0: number; x1: number; y1: number }>;

export type PassageView = Readonly<{
  document: string;
  documentName: string;
  text: string;
  page: number | null;
  rects: readonly PageRect[];
  pageWidth: number | null;
  pageHeight: number | null;
}>;

export type PageBlock = Readonly<{ kind: string; text: string; rects: readonly PageRect[] }>;

export type PageView = Readonly<{ width: number; height: number; blocks: readonly PageBlock[] }>;

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

export type SessionReview = Readonly<{ mind: string; review: Review }>;

export type ConceptMastery = Readonly<{
  concept: string;
  name: string;
  chance: number;
  attempts: number;
  lastAttemptAt?: number | null;
  dueAt?: number | null;
}>;

export type QuizSummary = Readonly<{
  _id: string;
  _creationTime: number;
  title?: string;
  items?: number;
  answered?: number;
}>;

export type QuizView = Readonly<{
  _id: string;
  title?: string;
  items: readonly (AskedItem & { attempts: readonly Attempt[] })[];
}>;

export type Analytics = Readonly<Record<string, unknown>>;

export type JobRow = Readonly<Record<string, unknown> & { _id: string }>;
