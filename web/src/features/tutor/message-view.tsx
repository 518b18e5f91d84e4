import { Badge, Group, Text, UnstyledButton } from "@mantine/core";
import { IconFileText, IconPhoto } from "@tabler/icons-react";
import { memo, useEffect, useState } from "react";
import { RichText } from "@/components/markdown";
import { QuestionCard, type Response } from "@/components/question-card";
import type { Citation } from "@/engine-client/rows";
import type { Message } from "./conversation";
import { mindName } from "./minds";
import styles from "./tutor.module.css";

type Props = Readonly<{
  message: Message;
  me: string;
  isOpen: boolean;
  isJudging: boolean;
  onAnswer: (item: string, response: Response) => void;
  onCitation: (citation: Citation) => void;
  onStep: (step: string) => void;
}>;

/** One message: what was said, where it comes from, what was drawn, and the question it ends with. */
export const MessageView = memo(function MessageView(props: Props) {
  const { message, me, isOpen, isJudging, onAnswer, onCitation, onStep } = props;
  if (message.author === "learner") {
    return (
      <article className={styles.said} data-testid="message" data-author="learner">
        <Text size="xs" c="dimmed">
          {message.name}
        </Text>
        <p className={styles.words}>{message.text}</p>
      </article>
    );
  }
  const isStreaming = message.state === "streaming";
  return (
    <article
      className={styles.turn}
      data-testid="message"
      data-author="tutor"
      data-state={message.state}
      aria-busy={isStreaming}
    >
      <Group gap="xs">
        <Text size="xs" fw={600}>
          Tutor
        </Text>
        {message.mind === null ? null : (
          <Text size="xs" c="dimmed">
            {mindName(message.mind)}
          </Text>
        )}
      </Group>
      {message.text === "" ? null : <RichText text={message.text} isGrowing={isStreaming} />}
      {isStreaming ? <Doing steps={message.steps.length} hasWords={message.text !== ""} /> : null}
      <Chips message={message} onCitation={onCitation} onStep={onStep} />
      {message.item === null ? null : (
        <QuestionCard
          item={message.item}
          attempts={message.attempts}
          isOpen={isOpen}
          isJudging={isJudging}
          me={me}
          onAnswer={(response) => message.item && onAnswer(message.item.id, response)}
        />
      )}
      {message.state === "stopped" ? (
        <Badge variant="light" color="gray">
          Stopped
        </Badge>
      ) : null}
      {message.state === "failed" ? (
        <Text size="sm" c="red" role="alert">
          {message.error ?? "The tutor could not finish this."} Press “Go on” to try again.
        </Text>
      ) : null}
    </article>
  );
});

/** About as long as it takes to look over at what was drawn. */
const DRAWING_MS = 2_500;

/** What the tutor does while the message is not finished. */
function Doing({ steps, hasWords }: Readonly<{ steps: number; hasWords: boolean }>) {
  const [isDrawing, setDrawing] = useState(false);
  useEffect(() => {
    if (steps === 0) return;
    setDrawing(true);
    const timer = setTimeout(() => setDrawing(false), DRAWING_MS);
    return () => clearTimeout(timer);
  }, [steps]);
  const doing = isDrawing ? "drawing…" : hasWords ? null : "thinking…";
  return doing === null ? null : (
    <Text size="sm" c="dimmed" className={styles.thinking} data-testid="tutor-doing">
      {doing}
    </Text>
  );
}

type ChipsProps = Pick<Props, "message" | "onCitation" | "onStep">;

function Chips({ message, onCitation, onStep }: ChipsProps) {
  const { citations, steps } = message;
  if (citations.length === 0 && steps.length === 0) return null;
  return (
    <div className={styles.chips}>
      {steps.length === 0 ? null : (
        <span className={styles.chipRow}>
          <IconPhoto size={16} aria-hidden />
          On the board
          {steps.map((step, index) => (
            <UnstyledButton
              key={step}
              className={styles.chip}
              onClick={() => onStep(step)}
              aria-label={`Show drawing ${index + 1} on the board`}
              data-testid="on-board"
            >
              {index + 1}
            </UnstyledButton>
          ))}
        </span>
      )}
      {citations.length === 0 ? null : (
        <span className={styles.chipRow}>
          <IconFileText size={16} aria-hidden />
          Sources
          {citations.map((citation, index) => (
            <UnstyledButton
              key={`${citation.passage} ${citation.quote}`}
              className={styles.chip}
              onClick={() => onCitation(citation)}
              title={citation.quote}
              aria-label={`Source ${index + 1}${citation.page ? `, p. ${citation.page}` : ""}: ${citation.quote}`}
              data-testid="citation"
            >
              {citation.page ? `p. ${citation.page}` : index + 1}
            </UnstyledButton>
          ))}
        </span>
      )}
    </div>
  );
}
