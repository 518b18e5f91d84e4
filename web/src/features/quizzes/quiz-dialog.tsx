import { Alert, Badge, Button, Group, Modal, Skeleton, Stack, Text } from "@mantine/core";
import { useMutation, usePaginatedQuery } from "convex/react";
import { useState } from "react";
import { Nothing } from "@/components/empty-state";
import { ErrorBoundary } from "@/components/error-boundary";
import { QuestionCard, type Response } from "@/components/question-card";
import { api } from "@/engine-client/functions";
import type { Attempt, QuizItem, QuizView } from "@/engine-client/rows";
import { useTask } from "@/engine-client/use-task";

const PAGE = 10;

type Props = Readonly<{
  session: string;
  me: Readonly<{ id: string; name: string }>;
  isOpen: boolean;
  onClose: () => void;
}>;

/** Quizzes apart from the lesson: each question once, without hints. */
export function QuizDialog({ session, me, isOpen, onClose }: Props) {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title="Check yourself"
      size="lg"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <ErrorBoundary title="The quizzes cannot be shown">
        <Quizzes session={session} me={me} />
      </ErrorBoundary>
    </Modal>
  );
}

function Quizzes({ session, me }: Pick<Props, "session" | "me">) {
  const { results, status, loadMore } = usePaginatedQuery(
    api.quizzes.list,
    { session },
    { initialNumItems: PAGE },
  );
  const generate = useMutation(api.quizzes.generate);
  const { run, isRunning, error } = useTask(() => generate({ session }));
  if (status === "LoadingFirstPage") return <Skeleton height={120} />;
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          Questions from this lesson, each asked once and without hints.
        </Text>
        <Button onClick={() => void run()} loading={isRunning} data-testid="make-quiz">
          New quiz
        </Button>
      </Group>
      {error === null ? null : <Alert color="red">{error.message}</Alert>}
      {results.length === 0 ? (
        <Nothing title="No quiz yet">Make one when you want to know where you stand.</Nothing>
      ) : null}
      {results.map((quiz) => (
        <Quiz key={quiz.id} quiz={quiz} me={me} />
      ))}
      {status === "CanLoadMore" ? (
        <Button variant="subtle" onClick={() => loadMore(PAGE)}>
          Earlier quizzes
        </Button>
      ) : null}
    </Stack>
  );
}

function Quiz({ quiz, me }: Readonly<{ quiz: QuizView; me: Props["me"] }>) {
  return (
    <Stack gap="sm" component="section" aria-label={quiz.title} data-testid="quiz">
      <Group gap="xs">
        <Text fw={600}>{quiz.title}</Text>
        <Badge variant="light">
          {quiz.right} right of {quiz.answered} answered, {quiz.items.length} in all
        </Badge>
      </Group>
      {quiz.items.map((item) => (
        <Item key={item.id} item={item} me={me} />
      ))}
    </Stack>
  );
}

function Item({ item, me }: Readonly<{ item: QuizItem; me: Props["me"] }>) {
  const answer = useMutation(api.quizzes.answer);
  const [given, setGiven] = useState<Attempt | null>(null);
  const { run, isRunning, error } = useTask(async (response: Response) => {
    const verdict = await answer({ item: item.id, ...response });
    const shown = "choice" in response ? (item.choices?.[response.choice] ?? "") : response.text;
    setGiven({ learner: me.id, name: me.name, response: shown, closed: true, ...verdict });
  });
  // after a reload the server tells the verdict, not the words
  const kept: Attempt | null =
    item.verdict === null
      ? null
      : {
          learner: me.id,
          name: me.name,
          response: "",
          feedback: "",
          verdict: item.verdict,
          solution: item.solution,
        };
  const attempt = given ?? kept;
  return (
    <div>
      <QuestionCard
        item={item}
        attempts={attempt === null ? [] : [attempt]}
        isOpen={attempt === null}
        isJudging={isRunning}
        onAnswer={(response) => void run(response)}
        me={me.id}
      />
      {error === null ? null : (
        <Alert color="red" mt="xs">
          {error.message}
        </Alert>
      )}
    </div>
  );
}
