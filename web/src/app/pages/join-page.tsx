import { Button, Center, Loader, Paper, Stack, Text, Title } from "@mantine/core";
import { useMutation } from "convex/react";
import { Link, useLocation } from "wouter";
import { FailureNotice } from "@/components/error-boundary";
import { useRunOnce } from "@/components/use-run-once";
import { useTitle } from "@/components/use-title";
import { useSessionToken, useUser } from "@/engine-client/client";
import { api } from "@/engine-client/functions";
import { useTask } from "@/engine-client/use-task";
import { Shell } from "../shell";

/** Follows an invitation; who has no account may come in as a guest. */
export default function JoinPage({ code }: Readonly<{ code: string }>) {
  const user = useUser();
  useTitle("Join a lesson");
  return <Shell>{user === null ? <WhoAreYou code={code} /> : <Joining code={code} />}</Shell>;
}

function WhoAreYou({ code }: Readonly<{ code: string }>) {
  const token = useSessionToken();
  const { run, isRunning, error } = useTask(() => token.enterAsGuest());
  return (
    <Paper withBorder radius="lg" p="xl" maw={440} mx="auto" my="xl">
      <Stack>
        <Title order={1} size="h3">
          You are invited to a lesson
        </Title>
        <Text>Come in as a guest, or sign in to keep it with your other lessons.</Text>
        {error === null ? null : (
          <Text c="red" role="alert">
            {error.message}
          </Text>
        )}
        <Button onClick={() => void run()} loading={isRunning} data-testid="join-as-guest">
          Join as a guest
        </Button>
        <Button
          variant="default"
          component={Link}
          href={`/sign-in?next=${encodeURIComponent(`/join/${code}`)}`}
        >
          Sign in
        </Button>
      </Stack>
    </Paper>
  );
}

function Joining({ code }: Readonly<{ code: string }>) {
  const join = useMutation(api.sessions.join);
  const [, navigate] = useLocation();
  const { run, error } = useTask(async () => {
    const { session } = await join({ code });
    navigate(`/session/${session}`, { replace: true });
  });
  useRunOnce(run);
  if (error !== null) {
    return (
      <FailureNotice
        title="You could not join"
        error={error}
        action="Try again"
        onAction={() => void run()}
      />
    );
  }
  return (
    <Center py="xl">
      <Loader aria-label="Joining the lesson" />
    </Center>
  );
}
