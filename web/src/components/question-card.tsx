import { Alert, Badge, Button, Group, Paper, Radio, Stack, Text, TextInput } from "@mantine/core";
import { IconBulb, IconCheck, IconQuestionMark, IconX } from "@tabler/icons-react";
import { type FormEvent, useId, useState } from "react";
import type { AskedItem, Attempt, Verdict } from "@/engine-client/rows";
import { RichText } from "./markdown";
import styles from "./question-card.module.css";

export type Response = Readonly<{ choice: number }> | Readonly<{ text: string }>;

type Props = Readonly<{
  item: AskedItem;
  attempts: readonly Attempt[];
  /** Takes an answer now. */
  isOpen: boolean;
  /** An answer is on its way. */
  isJudging: boolean;
  onAnswer: (response: Response) => void;
  me: string;
}>;

const VERDICTS: Readonly<Record<Verdict, { label: string; color: string; icon: typeof IconCheck }>> = {
  right: { label: "Right", color: "pine", icon: IconCheck },
  wrong: { label: "Not yet", color: "orange", icon: IconX },
  unsure: { label: "Compare with the source", color: "blue", icon: IconQuestionMark },
};

/** A question in the flow of the conversation, with its tries, hints and, once closed, the solution. */
export function QuestionCard({ item, attempts, isOpen, isJudging, onAnswer, me }: Props) {
  const last = attempts.at(-1);
  const solution = attempts.findLast((attempt) => attempt.solution)?.solution;
  return (
    <Paper
      withBorder
      p="md"
      radius="md"
      className={styles.card}
      role="group"
      aria-label="Question"
      data-testid="question-card"
    >
      <Group justify="space-between" mb="xs">
        <Text size="xs" fw={600} c="dimmed" tt="uppercase">
          Quick check
        </Text>
        {attempts.length > 0 ? (
          <Badge variant="light" color="gray" data-testid="tries">
            {attempts.length === 1 ? "1 try" : `${attempts.length} tries`}
          </Badge>
        ) : null}
      </Group>
      {item.kind === "choice" && item.choices ? (
        <ChoiceForm {...{ item, isOpen, isJudging, onAnswer }} choices={item.choices} attempts={attempts} />
      ) : (
        <GapForm {...{ item, isOpen, isJudging, onAnswer }} />
      )}
      <Stack gap="xs" mt={attempts.length > 0 ? "sm" : 0} aria-live="polite">
        {attempts.map((attempt, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: attempts are only ever added at the end
          <AttemptLine key={index} attempt={attempt} isMine={attempt.learner === me} />
        ))}
        {isOpen && last?.hint ? <Hint text={last.hint} /> : null}
        {solution ? (
          <Alert color="gray" variant="light" title="The answer" data-testid="solution">
            <RichText text={solution} />
          </Alert>
        ) : null}
        {!isOpen && solution === undefined && last?.verdict !== "right" ? (
          <Text size="sm" c="dimmed">
            This question is closed.
          </Text>
        ) : null}
      </Stack>
    </Paper>
  );
}

type FormProps = Readonly<{
  item: AskedItem;
  isOpen: boolean;
  isJudging: boolean;
  onAnswer: (response: Response) => void;
}>;

function ChoiceForm({
  item,
  choices,
  attempts,
  isOpen,
  isJudging,
  onAnswer,
}: FormProps & Readonly<{ choices: readonly string[]; attempts: readonly Attempt[] }>) {
  const [chosen, setChosen] = useState<string | null>(null);
  const prompt = useId();
  const tried = new Set(
    attempts.filter((attempt) => attempt.verdict === "wrong").map((attempt) => attempt.response),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (chosen === null || !isOpen || isJudging) return;
    onAnswer({ choice: Number(chosen) });
    setChosen(null);
  };
  return (
    <form onSubmit={submit}>
      <div id={prompt} className={styles.prompt}>
        <RichText text={item.prompt} />
      </div>
      <Radio.Group value={chosen} onChange={setChosen} aria-labelledby={prompt}>
        <Stack gap={6} my="sm">
          {choices.map((choice, index) => (
            <Radio.Card
              key={choice}
              value={String(index)}
              disabled={!isOpen || tried.has(choice)}
              className={styles.choice}
              data-testid={`choice-${index}`}
              aria-label={choice}
            >
              <Group wrap="nowrap" gap="sm">
                <Radio.Indicator />
                <span className={styles.choiceText}>
                  <RichText text={choice} />
                </span>
              </Group>
            </Radio.Card>
          ))}
        </Stack>
      </Radio.Group>
      {isOpen ? <CheckButton isDisabled={chosen === null} isJudging={isJudging} /> : null}
    </form>
  );
}

function GapForm({ item, isOpen, isJudging, onAnswer }: FormProps) {
  const [text, setText] = useState("");
  const prompt = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const answer = text.trim();
    if (answer === "" || !isOpen || isJudging) return;
    onAnswer({ text: answer });
    setText("");
  };
  return (
    <form onSubmit={submit}>
      <div id={prompt} className={styles.prompt}>
        <RichText text={item.prompt.replace(/_{3,}/g, "\\_\\_\\_\\_\\_")} />
      </div>
      {isOpen ? (
        <Group gap="xs" mt="sm" align="flex-start" wrap="nowrap">
          <TextInput
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            placeholder="What belongs in the gap?"
            aria-label="Your answer"
            aria-describedby={prompt}
            maxLength={4000}
            autoComplete="off"
            className={styles.gap}
            data-testid="gap-input"
          />
          <CheckButton isDisabled={text.trim() === ""} isJudging={isJudging} />
        </Group>
      ) : null}
    </form>
  );
}

function CheckButton({ isDisabled, isJudging }: Readonly<{ isDisabled: boolean; isJudging: boolean }>) {
  return (
    <Button type="submit" disabled={isDisabled} loading={isJudging} data-testid="check-answer">
      Check
    </Button>
  );
}

function AttemptLine({ attempt, isMine }: Readonly<{ attempt: Attempt; isMine: boolean }>) {
  const verdict = VERDICTS[attempt.verdict];
  const Icon = verdict.icon;
  return (
    <div className={styles.attempt} data-testid="attempt" data-verdict={attempt.verdict}>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <Badge
          color={verdict.color}
          variant="light"
          leftSection={<Icon size={12} aria-hidden />}
          className={styles.verdict}
        >
          {verdict.label}
        </Badge>
        <Text size="sm" className={styles.response}>
          <Text span c="dimmed" size="sm">
            {isMine ? "You" : attempt.name}:{" "}
          </Text>
          {attempt.response}
        </Text>
      </Group>
      {attempt.feedback === "" ? null : <RichText text={attempt.feedback} />}
    </div>
  );
}

export function Hint({ text }: Readonly<{ text: string }>) {
  return (
    <Alert
      color="yellow"
      variant="light"
      icon={<IconBulb size={18} aria-hidden />}
      title="Hint"
      data-testid="hint"
    >
      <RichText text={text} />
    </Alert>
  );
}
