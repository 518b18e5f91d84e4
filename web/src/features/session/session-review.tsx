import { Modal, Skeleton, Text, Title } from "@mantine/core";
import { useQuery } from "convex/react";
import { Nothing } from "@/components/empty-state";
import { ErrorBoundary } from "@/components/error-boundary";
import { api } from "@/engine-client/functions";
import type { ReviewPoint } from "@/engine-client/rows";

type Props = Readonly<{ session: string; isEnded: boolean; isOpen: boolean; onClose: () => void }>;

/** What went well, what not, and what next, each with what it rests on. */
export function SessionReviewDialog({ session, isEnded, isOpen, onClose }: Props) {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title="Looking back"
      size="lg"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {isEnded ? (
        <ErrorBoundary title="The review cannot be shown">
          <Review session={session} />
        </ErrorBoundary>
      ) : (
        <Nothing title="Not yet">
          When the session has ended, the tutor looks back at it: what went well, what not, and what next.
        </Nothing>
      )}
    </Modal>
  );
}

function Review({ session }: Readonly<{ session: string }>) {
  const found = useQuery(api.sessions.review, { session });
  if (found === undefined) return <Skeleton height={120} />;
  if (found === null)
    return <Nothing title="Being written…">This takes a moment and appears here by itself.</Nothing>;
  return (
    <div data-testid="review">
      <Points title="What went well" points={found.wentWell} />
      <Points title="What to work on" points={found.toImprove} />
      <Points title="What to do next" points={found.nextSteps} />
    </div>
  );
}

function Points({ title, points }: Readonly<{ title: string; points: readonly ReviewPoint[] }>) {
  if (points.length === 0) return null;
  return (
    <section>
      <Title order={3} size="h6" mt="md">
        {title}
      </Title>
      <ul>
        {points.map((point) => (
          <li key={point.text}>
            <Text size="sm">{point.text}</Text>
            {point.evidence.map((evidence) => (
              <Text key={evidence} size="xs" c="dimmed">
                {evidence}
              </Text>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}
