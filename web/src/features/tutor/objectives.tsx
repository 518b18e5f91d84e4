import { Alert, List, Text, ThemeIcon } from "@mantine/core";
import { IconCheck, IconCircle, IconPlayerPlay } from "@tabler/icons-react";
import { Nothing } from "@/components/empty-state";
import { MasteryMeter } from "@/components/mastery-meter";
import type { Objective, Plan } from "@/engine-client/rows";
import styles from "./tutor.module.css";

const STATES = {
  todo: { icon: IconCircle, color: "gray", label: "to come" },
  now: { icon: IconPlayerPlay, color: "blue", label: "now" },
  done: { icon: IconCheck, color: "pine", label: "done" },
} as const;

/** What the lesson teaches, why, and how sure the learner is of each part. */
export function Objectives({ plan }: Readonly<{ plan: Plan | null }>) {
  if (plan === null) {
    return (
      <Nothing title="No plan yet">The tutor makes one from your documents when the lesson starts.</Nothing>
    );
  }
  return (
    <div data-testid="objectives">
      <Text fw={600}>{plan.title}</Text>
      <Text size="sm" c="dimmed" mb="sm">
        {plan.why}
      </Text>
      {plan.notice ? (
        <Alert color="yellow" variant="light" mb="sm">
          {plan.notice}
        </Alert>
      ) : null}
      <List listStyleType="none" spacing="md" className={styles.objectives}>
        {plan.objectives.map((objective) => (
          <ObjectiveLine key={objective.id} objective={objective} />
        ))}
      </List>
    </div>
  );
}

function ObjectiveLine({ objective }: Readonly<{ objective: Objective }>) {
  const state = STATES[objective.state];
  const Icon = state.icon;
  return (
    <List.Item
      icon={
        <ThemeIcon
          size={22}
          radius="xl"
          variant="light"
          color={state.color}
          aria-label={state.label}
          role="img"
        >
          <Icon size={14} aria-hidden />
        </ThemeIcon>
      }
    >
      <Text size="sm" fw={objective.state === "now" ? 600 : 400}>
        {objective.title}
      </Text>
      <Text size="xs" c="dimmed">
        {objective.why}
      </Text>
      <MasteryMeter value={objective.mastery} label={`Mastery of ${objective.title}`} size="sm" />
    </List.Item>
  );
}
