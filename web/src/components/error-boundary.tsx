import { Alert, Button, Group, Text } from "@mantine/core";
import { Component, type ReactNode } from "react";
import { toServerError } from "@/engine-client/errors";

type Props = Readonly<{
  title: string;
  /** What the button says. */
  action?: string;
  /** Another value clears the error. */
  resetKey?: unknown;
  children: ReactNode;
}>;

/** Keeps a failure inside its part of the page, says what happened, and offers a way on. */
export class ErrorBoundary extends Component<Props, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override componentDidUpdate(previous: Props): void {
    if (previous.resetKey !== this.props.resetKey && this.state.error !== null)
      this.setState({ error: null });
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <FailureNotice
        title={this.props.title}
        error={error}
        action={this.props.action ?? "Try again"}
        onAction={() => this.setState({ error: null })}
      />
    );
  }
}

type NoticeProps = Readonly<{ title: string; error: unknown; action: string; onAction: () => void }>;

/** An error with its sentence and what can be done now. */
export function FailureNotice({ title, error, action, onAction }: NoticeProps) {
  const failure = toServerError(error);
  return (
    <Alert color="red" title={title} m="md" role="alert" data-testid="failure">
      <Text size="sm">{failure.message}</Text>
      <Group mt="sm" gap="xs">
        <Button size="compact-sm" color="red" variant="light" onClick={onAction}>
          {action}
        </Button>
        <Button size="compact-sm" variant="subtle" component="a" href="/">
          Go to the start page
        </Button>
      </Group>
    </Alert>
  );
}
