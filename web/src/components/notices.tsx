import { Button, CloseButton, Paper, Text } from "@mantine/core";
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from "react";
import styles from "./notices.module.css";

/** A short message at the edge of the page. One with an action stays longer. */
export type Notice = Readonly<{
  message: string;
  tone?: "neutral" | "bad";
  action?: Readonly<{ label: string; run: () => unknown }>;
}>;

type Shown = Notice & Readonly<{ id: number }>;

const PLAIN_MS = 6_000;
/** Long enough to read it and reach the button, also with a keyboard. */
const ACTION_MS = 12_000;
const MAX_SHOWN = 3;

const NoticesContext = createContext<{ notify: (notice: Notice) => void } | null>(null);

export function NoticesProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<readonly Shown[]>([]);
  const count = useRef(0);
  const close = useCallback((id: number) => setShown((now) => now.filter((notice) => notice.id !== id)), []);
  const notify = useCallback(
    (notice: Notice) => {
      count.current += 1;
      const id = count.current;
      setShown((now) => [...now.slice(1 - MAX_SHOWN), { ...notice, id }]);
      setTimeout(() => close(id), notice.action === undefined ? PLAIN_MS : ACTION_MS);
    },
    [close],
  );
  const value = useMemo(() => ({ notify }), [notify]);
  return (
    <NoticesContext value={value}>
      {children}
      <section className={styles.stack} aria-live="polite" aria-label="Messages">
        {shown.map((notice) => (
          <Paper
            key={notice.id}
            shadow="md"
            withBorder
            className={styles.notice}
            data-tone={notice.tone ?? "neutral"}
            data-testid="notice"
          >
            <Text size="sm" className={styles.message}>
              {notice.message}
            </Text>
            {notice.action === undefined ? null : (
              <Button
                size="compact-sm"
                variant="light"
                data-testid="notice-action"
                onClick={() => {
                  close(notice.id);
                  notice.action?.run();
                }}
              >
                {notice.action.label}
              </Button>
            )}
            <CloseButton size="sm" aria-label="Dismiss" onClick={() => close(notice.id)} />
          </Paper>
        ))}
      </section>
    </NoticesContext>
  );
}

export function useNotices(): { notify: (notice: Notice) => void } {
  const value = useContext(NoticesContext);
  if (value === null) throw new Error("no NoticesProvider above");
  return value;
}
