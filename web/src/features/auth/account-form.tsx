import { Alert, Anchor, Button, Paper, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import { useSessionToken, useUser } from "@/engine-client/client";
import { useTask } from "@/engine-client/use-task";

type Props = Readonly<{ kind: "sign-in" | "sign-up"; onDone: () => void }>;

const TEXTS = {
  "sign-in": {
    title: "Sign in",
    submit: "Sign in",
    other: "/sign-up",
    question: "First time here?",
    link: "Create an account",
  },
  "sign-up": {
    title: "Create an account",
    submit: "Sign up",
    other: "/sign-in",
    question: "Have an account?",
    link: "Sign in",
  },
} as const;

/** Signing in or up. A guest who signs up keeps everything. */
export function AccountForm({ kind, onDone }: Props) {
  const token = useSessionToken();
  const user = useUser();
  const texts = TEXTS[kind];
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [name, setName] = useState("");
  const alert = useRef<HTMLDivElement>(null);
  const { run, isRunning, error } = useTask(async () => {
    if (kind === "sign-in") await token.signIn(email, password);
    else await token.signUp(email, password, name);
    onDone();
  });
  useEffect(() => {
    if (error !== null) alert.current?.focus();
  }, [error]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run();
  };
  return (
    <Paper withBorder p="xl" radius="lg" maw={420} mx="auto" my="xl">
      <form onSubmit={submit}>
        <Stack>
          <Title order={1} size="h3">
            {texts.title}
          </Title>
          {kind === "sign-up" && user?.kind === "guest" ? (
            <Text size="sm" c="dimmed">
              Everything you did as a guest stays yours.
            </Text>
          ) : null}
          {error === null ? null : (
            <Alert color="red" ref={alert} tabIndex={-1} role="alert" data-testid="form-error">
              {error.message}
            </Alert>
          )}
          {kind === "sign-up" ? (
            <TextInput
              label="Name"
              description="As others in a lesson see you"
              autoComplete="name"
              required
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              data-testid="name"
            />
          ) : null}
          <TextInput
            label="Email"
            type="email"
            autoComplete="email"
            required
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            data-testid="email"
          />
          <PasswordInput
            label="Password"
            autoComplete={kind === "sign-in" ? "current-password" : "new-password"}
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            data-testid="password"
          />
          <Button type="submit" loading={isRunning} data-testid="submit">
            {texts.submit}
          </Button>
          <Text size="sm">
            {texts.question}{" "}
            <Anchor component={Link} href={texts.other} underline="always">
              {texts.link}
            </Anchor>
          </Text>
        </Stack>
      </form>
    </Paper>
  );
}
