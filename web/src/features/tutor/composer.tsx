import {
  ActionIcon,
  Alert,
  Button,
  Group,
  Menu,
  Pill,
  SegmentedControl,
  Text,
  Textarea,
  Tooltip,
} from "@mantine/core";
import { IconAdjustments, IconArrowUp, IconPlayerSkipForward, IconPlayerStop } from "@tabler/icons-react";
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { type HelpKind, MAX_TEXT } from "./events";
import styles from "./tutor.module.css";
import type { Lesson } from "./use-lesson";

const HELP: readonly (readonly [kind: HelpKind, label: string])[] = [
  ["stuck", "I'm stuck"],
  ["simpler", "Simpler"],
  ["example", "Example"],
];

const PACES = [
  { value: "0.75", label: "Slow" },
  { value: "1", label: "Normal" },
  { value: "1.5", label: "Fast" },
];

type Props = Readonly<{
  lesson: Lesson;
  isSpeaking: boolean;
  hasStarted: boolean;
  pace: number;
  /** An element of the board that the next message asks about. */
  about: string | null;
  onAboutDone: () => void;
}>;

/** Where people speak to the tutor: words, and the buttons that need none. */
export function Composer({ lesson, isSpeaking, hasStarted, pace, about, onAboutDone }: Props) {
  const { send, refusal, clearRefusal } = lesson;
  const [text, setText] = useState("");
  const input = useRef<HTMLTextAreaElement>(null);

  useEffect(() => {
    if (about !== null) input.current?.focus();
  }, [about]);
  useEffect(() => {
    // nothing that was typed is lost because the server could not take it
    if (refusal?.command?.type === "say") {
      const refused = refusal.command.text;
      setText((now) => (now === "" ? refused : now));
    }
  }, [refusal]);

  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    const said = text.trim();
    if (about !== null) {
      send(said === "" ? { type: "point", element: about } : { type: "point", element: about, text: said });
      onAboutDone();
    } else if (said === "") return;
    else send({ type: "say", text: said });
    setText("");
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) submit(event);
  };

  return (
    <div className={styles.composer}>
      {refusal === null ? null : (
        <Alert
          color="red"
          variant="light"
          py={6}
          withCloseButton
          onClose={clearRefusal}
          role="alert"
          data-testid="refusal"
        >
          {refusal.message}
        </Alert>
      )}
      {hasStarted ? (
        <Group gap={6} className={styles.quick}>
          {isSpeaking ? (
            <Button
              size="compact-sm"
              color="red"
              variant="light"
              leftSection={<IconPlayerStop size={16} aria-hidden />}
              onClick={() => send({ type: "stop" })}
              data-testid="stop"
            >
              Stop
            </Button>
          ) : (
            <Button
              size="compact-sm"
              leftSection={<IconPlayerSkipForward size={16} aria-hidden />}
              onClick={() => send({ type: "next" })}
              data-testid="next"
            >
              Go on
            </Button>
          )}
          {HELP.map(([kind, label]) => (
            <Button
              key={kind}
              size="compact-sm"
              variant="default"
              onClick={() => send({ type: "help", kind })}
              data-testid={`help-${kind}`}
            >
              {label}
            </Button>
          ))}
        </Group>
      ) : null}
      <form onSubmit={submit} className={styles.entry}>
        {about === null ? null : (
          <Pill
            withRemoveButton
            onRemove={onAboutDone}
            removeButtonProps={{ "aria-label": "Do not ask about this" }}
          >
            About what is selected on the board
          </Pill>
        )}
        <Group gap={6} wrap="nowrap" align="flex-end">
          <PaceMenu pace={pace} onPace={(value) => send({ type: "pace", value })} />
          <Textarea
            ref={input}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            onKeyDown={onKey}
            placeholder={about === null ? "Ask or answer…" : "What would you like to know about it?"}
            aria-label="Message to the tutor"
            autosize
            minRows={1}
            maxRows={6}
            maxLength={MAX_TEXT}
            className={styles.input}
            data-testid="message-input"
          />
          <ActionIcon
            type="submit"
            size={36}
            aria-label="Send"
            disabled={text.trim() === "" && about === null}
            data-testid="send"
          >
            <IconArrowUp size={20} aria-hidden />
          </ActionIcon>
        </Group>
      </form>
    </div>
  );
}

function PaceMenu({ pace, onPace }: Readonly<{ pace: number; onPace: (value: number) => void }>) {
  const [chosen, setChosen] = useState<string | null>(null);
  const nearest = PACES.reduce((best, one) =>
    Math.abs(Number(one.value) - pace) < Math.abs(Number(best.value) - pace) ? one : best,
  );
  return (
    <Menu position="top-start" withinPortal>
      <Menu.Target>
        <Tooltip label="Pace">
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            aria-label="Pace of the tutor"
            data-testid="pace"
          >
            <IconAdjustments size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown p="sm">
        <Text size="xs" c="dimmed" mb={6}>
          How fast the tutor speaks
        </Text>
        <SegmentedControl
          size="xs"
          data={PACES}
          value={chosen ?? nearest.value}
          aria-label="Pace"
          onChange={(value) => {
            setChosen(value);
            onPace(Number(value));
          }}
        />
      </Menu.Dropdown>
    </Menu>
  );
}
