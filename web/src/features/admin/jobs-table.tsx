import { Badge, Button, Group, Skeleton, Table, Text } from "@mantine/core";
import { useMutation, usePaginatedQuery } from "convex/react";
import { Nothing } from "@/components/empty-state";
import { useNotices } from "@/components/notices";
import { relativeTime } from "@/components/time";
import { toServerError } from "@/engine-client/errors";
import { api } from "@/engine-client/functions";
import type { JobRow } from "@/engine-client/rows";

const PAGE = 30;

/** Scheduled functions: what waits, runs, failed; with cancel and retry. */
export function JobsTable() {
  const { results, status, loadMore } = usePaginatedQuery(api.jobs.list, {}, { initialNumItems: PAGE });
  if (status === "LoadingFirstPage") return <Skeleton height={120} />;
  if (results.length === 0) return <Nothing title="No jobs">Nothing waits and nothing has failed.</Nothing>;
  return (
    <>
      <Table.ScrollContainer minWidth={480}>
        <Table data-testid="jobs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Function</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th>When</Table.Th>
              <Table.Th>Error</Table.Th>
              <Table.Th>
                <span className="visually-hidden">Actions</span>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {results.map((job) => (
              <JobLine key={job._id} job={job} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {status === "CanLoadMore" ? (
        <Button variant="subtle" onClick={() => loadMore(PAGE)}>
          Show more
        </Button>
      ) : null}
    </>
  );
}

function JobLine({ job }: Readonly<{ job: JobRow }>) {
  const cancel = useMutation(api.jobs.cancel);
  const retry = useMutation(api.jobs.retry);
  const { notify } = useNotices();
  const attempt = (step: Promise<unknown>) => {
    step.catch((error: unknown) => notify({ message: toServerError(error).message, tone: "bad" }));
  };
  const { state } = job;
  const isWaiting = state === "pending";
  return (
    <Table.Tr>
      <Table.Td>{job.name}</Table.Td>
      <Table.Td>
        <Badge variant="light" color={state === "failed" ? "red" : "gray"}>
          {state}
        </Badge>
      </Table.Td>
      <Table.Td>{relativeTime(job.completedTime ?? job.scheduledTime)}</Table.Td>
      <Table.Td>
        <Text size="sm" lineClamp={2}>
          {job.error}
        </Text>
      </Table.Td>
      <Table.Td>
        <Group gap={4} wrap="nowrap">
          {isWaiting ? (
            <Button size="compact-xs" variant="subtle" onClick={() => attempt(cancel({ job: job._id }))}>
              Cancel
            </Button>
          ) : null}
          {state === "failed" ? (
            <Button size="compact-xs" variant="subtle" onClick={() => attempt(retry({ job: job._id }))}>
              Run again
            </Button>
          ) : null}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
