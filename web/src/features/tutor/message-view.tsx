import { Badge, Button, Group, Text, UnstyledButton } from "@mantine/core";
import { IconFileText, IconPhoto } from "@tabler/icons-react";
import { memo } from "react";
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
      {isStreaming && message.text === "" ? <Thinking /> : null}
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

function Thinking() {
  return (
    <Text size="sm" c="dimmed" className={styles.thinking}>
      thinking…
    </Text>
  );
}

type ChipsProps = Pick<Props, "message" | "onCitation" | "onStep">;

function Chips({ message, onCitation, onStep }: ChipsProps) {
  const { citations, steps } = message;
  if (citations.length === 0 && steps.length === 0) return null;
  return (
    <Group gap={6} mt={4}>
      {steps.map((step, index) => (
        <Button
          key={step}
          size="compact-xs"
          variant="light"
          leftSection={<IconPhoto size={14} aria-hidden />}
          onClick={() => onStep(step)}
          data-testid="on-board"
        >
          {steps.length === 1 ? "on the board" : `on the board ${index + 1}`}
        </Button>
      ))}
      {citations.map((citation, index) => (
        <UnstyledButton
          key={`${citation.passage} ${citation.quote}`}
          className={styles.citation}
          onClick={() => onCitation(citation)}
          title={citation.quote}
          aria-label={`Source ${index + 1}${citation.page ? `, page ${citation.page}` : ""}: ${citation.quote}`}
          data-testid="citation"
        >
          <IconFileText size={12} aria-hidden />
          {citation.page ? `p. ${citation.page}` : `source ${index + 1}`}
        </UnstyledButton>
      ))}
    </Group>
  );
}
