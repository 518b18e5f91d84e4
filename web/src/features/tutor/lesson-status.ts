import type { LessonView } from "@/engine-client/rows";
import type { Conversation } from "./conversation";

/**
 * The question that takes answers now. The stream is ahead of the live view or behind it; the one that has seen more
 * events is believed.
 */
export function openItemOf(conversation: Conversation, view: LessonView | undefined): string | null {
  if (view !== undefined && view.lastSeq >= conversation.lastSeq) return view.openItem?.id ?? null;
  return conversation.openItem;
}

/** How sure the learner is of the whole lesson: the mean over its objectives, with the newest the stream told. */
export function masteryOf(conversation: Conversation, view: LessonView | undefined): number {
  const objectives = view?.plan?.objectives ?? conversation.plan?.objectives ?? [];
  if (objectives.length === 0) return 0;
  const isViewNewer = view !== undefined && view.lastSeq >= conversation.lastSeq;
  const values = objectives.map((objective) =>
    isViewNewer ? objective.mastery : (conversation.mastery[objective.id]?.after ?? objective.mastery),
  );
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
