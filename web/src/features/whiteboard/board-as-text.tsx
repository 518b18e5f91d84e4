import { CloseButton, Group, Text, Title, UnstyledButton } from "@mantine/core";
import { type RefObject, useEffect, useState } from "react";
import styles from "./board.module.css";
import type { BoardController } from "./board-controller";
import type { Described } from "./describe-elements";

const REFRESH_MS = 400;

type Props = Readonly<{ controller: RefObject<BoardController | null>; onClose: () => void }>;

/** What is on the board, in words: a canvas says nothing to a screen reader. */
export function BoardAsText({ controller, onClose }: Props) {
  const [lines, setLines] = useState<readonly Described[]>([]);
  useEffect(() => {
    const board = controller.current;
    if (board === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = () => {
      timer = undefined;
      setLines(board.describe());
    };
    refresh();
    const stop = board.onContent(() => {
      timer ??= setTimeout(refresh, REFRESH_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [controller]);
  return (
    <section className={styles.text} aria-labelledby="board-as-text" data-testid="text-panel">
      <Group justify="space-between" wrap="nowrap">
        <Title order={2} size="h5" id="board-as-text">
          Board as text
        </Title>
        <CloseButton aria-label="Close board as text" onClick={onClose} data-testid="text-panel-close" />
      </Group>
      {lines.length === 0 ? (
        <Text c="dimmed" size="sm" mt="sm">
          The board is empty. You can ask the tutor in the chat to draw something.
        </Text>
      ) : (
        <ul className={styles.lines} aria-live="polite">
          {lines.map((line) => (
            <li key={line.id}>
              <UnstyledButton
                className={styles.line}
                onClick={() => controller.current?.showElement(line.id)}
              >
                <Text component="span" size="xs" c="dimmed">
                  {line.kind}
                  {line.author === "" ? "" : ` · ${line.author}`}
                </Text>
                {line.text === "" ? null : (
                  <Text component="span" size="sm" display="block">
                    {line.text}
                  </Text>
                )}
              </UnstyledButton>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
