import { Skeleton, Table, Text, Title } from "@mantine/core";
import { useQuery } from "convex/react";
import { Nothing } from "@/components/empty-state";
import { ErrorBoundary } from "@/components/error-boundary";
import { MasteryMeter } from "@/components/mastery-meter";
import { relativeTime } from "@/components/time";
import { useTitle } from "@/components/use-title";
import { api } from "@/engine-client/functions";
import { Shell } from "../shell";

/** What the learner probably knows, concept by concept. */
export default function ProgressPage() {
  useTitle("Progress");
  return (
    <Shell>
      <Title order={1} size="h3" mb="xs">
        What you know
      </Title>
      <Text c="dimmed" mb="md">
        The chance that you would answer a fresh question on it right now.
      </Text>
      <ErrorBoundary title="Your progress cannot be shown">
        <Concepts />
      </ErrorBoundary>
    </Shell>
  );
}

function Concepts() {
  const concepts = useQuery(api.mastery.summary, {});
  if (concepts === undefined) return <Skeleton height={160} />;
  if (concepts.length === 0) {
    return (
      <Nothing title="Nothing yet">
        When you have answered questions in a lesson, you see here what is firm and what is not.
      </Nothing>
    );
  }
  return (
    <Table.ScrollContainer minWidth={320}>
      <Table data-testid="concepts">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Concept</Table.Th>
            <Table.Th>Mastery</Table.Th>
            <Table.Th>Tries</Table.Th>
            <Table.Th>Review</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {concepts.map((concept) => (
            <Table.Tr key={concept.concept}>
              <Table.Td>{concept.name}</Table.Td>
              <Table.Td>
                <MasteryMeter value={concept.chance} label={`Mastery of ${concept.name}`} size="sm" />
              </Table.Td>
              <Table.Td>{concept.attempts}</Table.Td>
              <Table.Td>{concept.dueAt ? relativeTime(concept.dueAt) : "–"}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
