import { Alert, Button, Group, SimpleGrid, Text, Title } from "@mantine/core";
import { IconFileSearch, IconPencil, IconTargetArrow } from "@tabler/icons-react";
import { Link, useLocation } from "wouter";
import { useTitle } from "@/components/use-title";
import { useSessionToken } from "@/engine-client/client";
import { useTask } from "@/engine-client/use-task";
import { Shell } from "../shell";
import styles from "./landing-page.module.css";

const POINTS = [
  {
    icon: IconFileSearch,
    title: "From your documents",
    text: "Every explanation names the page it comes from, and opens it.",
  },
  {
    icon: IconPencil,
    title: "On a board you share",
    text: "The tutor draws while it talks. You and your friends draw along.",
  },
  {
    icon: IconTargetArrow,
    title: "At your pace",
    text: "It asks, sees what is not clear yet, and changes its plan.",
  },
] as const;

/** The first page: one big button, no account needed. */
export function LandingPage() {
  const token = useSessionToken();
  const [, navigate] = useLocation();
  useTitle("A tutor for your documents");
  const { run, isRunning, error } = useTask(async () => {
    await token.enterAsGuest();
    navigate("/try");
  });
  return (
    <Shell>
      <section className={styles.hero}>
        <div>
          <Title order={1} className={styles.title}>
            A tutor that teaches from your documents, on a whiteboard you share
          </Title>
          <Text size="lg" c="dimmed" mt="md" mb="xl">
            Drop a PDF, press start. It explains, draws, asks, and remembers what you know.
          </Text>
          <Group>
            <Button size="lg" onClick={() => void run()} loading={isRunning} data-testid="try-lesson">
              Try a lesson
            </Button>
            <Button size="lg" variant="default" component={Link} href="/sign-up" data-testid="sign-up-open">
              Create an account
            </Button>
          </Group>
          <Text size="sm" c="dimmed" mt="sm">
            No account needed to try. Everything stays on this server.
          </Text>
          {error === null ? null : (
            <Alert color="red" mt="md" role="alert">
              {error.message}
            </Alert>
          )}
        </div>
        <Sketch />
      </section>
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="xl" mt="xl">
        {POINTS.map(({ icon: Icon, title, text }) => (
          <div key={title}>
            <Icon size={28} stroke={1.5} aria-hidden className={styles.icon} />
            <Title order={2} size="h4" mt="xs">
              {title}
            </Title>
            <Text c="dimmed">{text}</Text>
          </div>
        ))}
      </SimpleGrid>
    </Shell>
  );
}

/** A picture of what a lesson looks like: a damped swing, drawn by hand. */
function Sketch() {
  return (
    <svg
      viewBox="0 0 420 280"
      className={styles.sketch}
      role="img"
      aria-label="A whiteboard with a curve, a note and two cursors"
    >
      <rect x="6" y="6" width="408" height="268" rx="16" className={styles.paper} />
      <path d="M48 40 C47 100 49 160 47 228 M34 214 C140 216 260 213 388 215" className={styles.axis} />
      <path
        d="M48 214 C60 60 84 58 98 150 C110 236 128 244 142 190 C154 138 170 140 182 182 C194 226 210 226 222 202 C234 178 250 180 262 200 C276 220 292 216 306 208 C330 202 356 206 384 206"
        className={styles.curve}
      />
      <rect x="232" y="46" width="148" height="62" rx="10" className={styles.note} />
      <path d="M248 68 C280 66 320 69 362 67 M248 86 C276 85 300 87 336 85" className={styles.lines} />
      <path
        d="M236 112 C214 126 196 138 184 164 M184 164 L186 148 M184 164 L198 154"
        className={styles.lines}
      />
      <path d="M300 150 l0 26 l7 -7 l11 0 z" className={styles.tutor} />
      <path d="M120 96 l0 26 l7 -7 l11 0 z" className={styles.friend} />
    </svg>
  );
}
