import { Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

type Props = Readonly<{ title: string; children?: ReactNode; icon?: ReactNode; action?: ReactNode }>;

/** What is shown where there is nothing yet, with the next thing to do. */
export function Nothing({ title, children, icon, action }: Props) {
  return (
    <Stack align="center" gap="xs" py="xl" px="md" ta="center">
      {icon}
      <Title order={3} size="h5">
        {title}
      </Title>
      {children === undefined ? null : (
        <Text c="dimmed" size="sm" maw="28rem">
          {children}
        </Text>
      )}
      {action}
    </Stack>
  );
}
