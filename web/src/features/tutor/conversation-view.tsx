import { Alert, Button, Center, Loader, Stack } from "@mantine/core";
import { IconArrowDown, IconPlayerPlay } from "@tabler/icons-react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { Nothing } from "@/components/empty-state";
import type { Response } from "@/components/question-card";
import type { Citation } from "@/engine-client/rows";
import { MessageView } from "./message-view";
import styles from "./tutor.module.css";
import type { Lesson } from "./use-lesson";

type Props = Readonly<{
  lesson: Lesson;
  me: string;
  openItem: string | null;
  canCommand: boolean;
  isPlanning: boolean;
  onCitation: (citation: Citation) => void;
  onStep: (step: string) => void;
}>;

/** Near enough to the end to be taken along when something is added. */
const AT_END_PX = 80;

/** The messages. Stays at the end while somebody reads there; who scrolled up is left in peace. */
export function ConversationView({
  lesson,
  me,
  openItem,
  canCommand,
  isPlanning,
  onCitation,
  onStep,
}: Props) {
  const { conversation, older, send, refusal } = lesson;
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [hasMore, setHasMore] = useState(false);
  const [judging, setJudging] = useState<{ item: string; seen: number } | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: every change of the conversation may make it longer
  useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return;
    if (isAtEnd.current) element.scrollTop = element.scrollHeight;
    else setHasMore(true);
  }, [conversation]);

  useEffect(() => {
    const element = list.current;
    if (element === null) return;
    // content grows after it is drawn, too: maths and pictures arrive late
    const observer = new ResizeObserver(() => {
      if (isAtEnd.current) element.scrollTop = element.scrollHeight;
    });
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, []);

  const onScroll = () => {
    const element = list.current;
    if (element === null) return;
    isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < AT_END_PX;
    if (isAtEnd.current) setHasMore(false);
  };
  const toEnd = () => {
    isAtEnd.current = true;
    list.current?.scrollTo({ top: list.current.scrollHeight, behavior: "smooth" });
  };
  const answer = (item: string, response: Response) => {
    const asking = conversation.messages.findLast((message) => message.item?.id === item);
    setJudging({ item, seen: asking?.attempts.length ?? 0 });
    send({ type: "answer", item, ...response });
  };

  return (
    <div className={styles.conversation}>
      <div
        ref={list}
        className={styles.messages}
        onScroll={onScroll}
        tabIndex={0}
        role="log"
        aria-label="Conversation"
        data-testid="messages"
      >
        <Stack gap="lg" className={styles.flow}>
          {older.has ? (
            <Center>
              <Button
                size="compact-sm"
                variant="subtle"
                loading={older.isLoading}
                onClick={older.load}
                data-testid="load-older"
              >
                Earlier messages
              </Button>
            </Center>
          ) : null}
          {conversation.messages.length === 0 && !isPlanning ? (
            <Beginning canCommand={canCommand} onStart={() => send({ type: "start" })} />
          ) : null}
          {conversation.messages.map((message) => {
            const isJudging =
              judging?.item === message.item?.id &&
              judging?.seen === message.attempts.length &&
              refusal === null;
            return (
              <MessageView
                key={message.key}
                message={message}
                me={me}
                isOpen={canCommand && message.item !== null && message.item.id === openItem}
                isJudging={isJudging}
                onAnswer={answer}
                onCitation={onCitation}
                onStep={onStep}
              />
            );
          })}
          {isPlanning && conversation.turn === null ? (
            <Alert variant="light" icon={<Loader size="xs" />} data-testid="planning">
              Reading your material and planning the lesson…
            </Alert>
          ) : null}
        </Stack>
      </div>
      {hasMore ? (
        <Button
          className={styles.toEnd}
          size="compact-sm"
          radius="xl"
          leftSection={<IconArrowDown size={14} aria-hidden />}
          onClick={toEnd}
        >
          New messages
        </Button>
      ) : null}
    </div>
  );
}

function Beginning({ canCommand, onStart }: Readonly<{ canCommand: boolean; onStart: () => void }>) {
  return (
    <Nothing
      title="Ready when you are"
      action={
        canCommand ? (
          <Button
            leftSection={<IconPlayerPlay size={18} aria-hidden />}
            onClick={onStart}
            data-testid="start-lesson"
          >
            Start the lesson
          </Button>
        ) : null
      }
    >
      The tutor reads the documents of this folder, says what it will teach and why, and draws on the board as
      it goes.
    </Nothing>
  );
}
