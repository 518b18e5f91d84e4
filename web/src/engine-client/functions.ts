import type { FunctionReference, PaginationOptions, PaginationResult } from "convex/server";
import { anyApi } from "convex/server";
import type {
  Analytics,
  ConceptMastery,
  DocumentRow,
  FolderRow,
  Invitation,
  JobRow,
  LessonView,
  Member,
  MessageRow,
  PageView,
  PassageView,
  QuizVerdict,
  QuizView,
  Role,
  SearchHit,
  SessionReview,
  SessionRow,
} from "./rows";

type Query<Args extends Record<string, unknown>, Result> = FunctionReference<"query", "public", Args, Result>;
type Mutation<Args extends Record<string, unknown>, Result> = FunctionReference<
  "mutation",
  "public",
  Args,
  Result
>;
type Action<Args extends Record<string, unknown>, Result> = FunctionReference<
  "action",
  "public",
  Args,
  Result
>;
type Paged<Args, Row> = FunctionReference<
  "query",
  "public",
  Args & { paginationOpts: PaginationOptions },
  PaginationResult<Row>
>;

/** The server's public functions as the page uses them: the types of `anyApi`, which has none. */
export type Api = {
  folders: {
    list: Query<Record<string, never>, FolderRow[]>;
    create: Mutation<{ name: string }, string>;
    rename: Mutation<{ folder: string; name: string }, null>;
    remove: Mutation<{ folder: string }, null>;
    restore: Mutation<{ folder: string }, null>;
  };
  sessions: {
    list: Paged<{ folder?: string }, SessionRow>;
    create: Mutation<{ folder: string; title: string }, string>;
    get: Query<{ session: string }, SessionRow>;
    rename: Mutation<{ session: string; title: string }, null>;
    remove: Mutation<{ session: string }, null>;
    restore: Mutation<{ session: string }, null>;
    pause: Mutation<{ session: string }, null>;
    resume: Mutation<{ session: string }, null>;
    end: Mutation<{ session: string }, null>;
    share: Mutation<{ session: string; role: "editor" | "viewer" }, Invitation>;
    join: Mutation<{ code: string }, { session: string; role: Role }>;
    review: Query<{ session: string }, SessionReview | null>;
    members: Query<{ session: string }, Member[]>;
    tryLesson: Action<Record<string, never>, string>;
  };
  documents: {
    generateUploadUrl: Mutation<Record<string, never>, string>;
    add: Mutation<{ folder: string; storageId: string; name: string }, string>;
    get: Query<{ document: string }, DocumentRow>;
    list: Paged<{ folder: string }, DocumentRow>;
    cancel: Mutation<{ document: string }, null>;
    retry: Mutation<{ document: string }, null>;
    remove: Mutation<{ document: string }, null>;
    restore: Mutation<{ document: string }, null>;
    search: Query<{ folder: string; query: string }, SearchHit[]>;
    passage: Query<{ passage: string; quote?: string }, PassageView>;
    page: Query<{ document: string; page: number }, PageView>;
    source: Query<{ document: string }, { url: string; contentType: string }>;
  };
  lessons: { get: Query<{ session: string }, LessonView> };
  messages: { list: Paged<{ session: string }, MessageRow> };
  mastery: { summary: Query<{ session?: string }, ConceptMastery[]> };
  quizzes: {
    list: Paged<{ session: string }, QuizView>;
    get: Query<{ quiz: string }, QuizView>;
    generate: Mutation<{ session: string }, string>;
    answer: Mutation<{ item: string; choice?: number; text?: string }, QuizVerdict>;
  };
  analytics: { overview: Query<Record<string, never>, Analytics> };
  jobs: {
    list: Paged<Record<never, never>, JobRow>;
    cancel: Mutation<{ job: string }, null>;
    retry: Mutation<{ job: string }, null>;
  };
};

export const api = anyApi as unknown as Api;
