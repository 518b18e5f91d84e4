import { Center, Loader, Stack, Text } from "@mantine/core";
import { useAction } from "convex/react";
import { Redirect, useLocation } from "wouter";
import { FailureNotice } from "@/components/error-boundary";
import { useRunOnce } from "@/components/use-run-once";
import { useTitle } from "@/components/use-title";
import { useUser } from "@/engine-client/client";
import { api } from "@/engine-client/functions";
import { useTask } from "@/engine-client/use-task";

/** Makes the sample lesson of somebody who just came, and goes there. */
export default function TryPage() {
  return useUser() === null ? <Redirect to="/" replace /> : <Preparing />;
}

function Preparing() {
  const tryLesson = useAction(api.sessions.tryLesson);
  const [, navigate] = useLocation();
  useTitle("A lesson to try");
  const { run, error } = useTask(async () => {
    navigate(`/session/${await tryLesson({})}?start`, { replace: true });
  });
  useRunOnce(run);
  if (error !== null) {
    return (
      <FailureNotice
        title="The lesson could not be made"
        error={error}
        action="Try again"
        onAction={() => void run()}
      />
    );
  }
  return (
    <Center h="100dvh">
      <Stack align="center">
        <Loader aria-hidden />
        <Text role="status">Getting your first lesson ready…</Text>
      </Stack>
    </Center>
  );
}
