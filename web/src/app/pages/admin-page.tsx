import { Title } from "@mantine/core";
import { Nothing } from "@/components/empty-state";
import { ErrorBoundary } from "@/components/error-boundary";
import { useTitle } from "@/components/use-title";
import { useUser } from "@/engine-client/client";
import { AnalyticsTable } from "@/features/admin/analytics-table";
import { JobsTable } from "@/features/admin/jobs-table";
import { Shell } from "../shell";

/** What the server does, for those who run it. */
export default function AdminPage() {
  const user = useUser();
  useTitle("Admin");
  return (
    <Shell>
      {user?.admin ? (
        <>
          <Title order={1} size="h3" mb="md">
            Administration
          </Title>
          <Title order={2} size="h5" mb="xs">
            Overview
          </Title>
          <ErrorBoundary title="The overview cannot be shown">
            <AnalyticsTable />
          </ErrorBoundary>
          <Title order={2} size="h5" mt="xl" mb="xs">
            Jobs
          </Title>
          <ErrorBoundary title="The jobs cannot be shown">
            <JobsTable />
          </ErrorBoundary>
        </>
      ) : (
        <Nothing title="For administrators only">The first account of a server is its administrator.</Nothing>
      )}
    </Shell>
  );
}
