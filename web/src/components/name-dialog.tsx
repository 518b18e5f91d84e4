import { Alert, Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useEffect, useState } from "react";
import { useTask } from "@/engine-client/use-task";

type Props = Readonly<{
  title: string;
  label: string;
  action: string;
  initial?: string;
  isOpen: boolean;
  inputTestId: string;
  onClose: () => void;
  /** Closes the dialog when it succeeds. */
  onSave: (name: string) => Promise<unknown>;
}>;

const MAX_NAME = 120;

/** Asks for one name. */
export function NameDialog({
  title,
  label,
  action,
  initial = "",
  isOpen,
  inputTestId,
  onClose,
  onSave,
}: Props) {
  const [name, setName] = useState(initial);
  const { run, isRunning, error, clear } = useTask(async () => {
    await onSave(name.trim());
    onClose();
  });
  useEffect(() => {
    if (!isOpen) return;
    setName(initial);
    clear();
  }, [isOpen, initial, clear]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== "") void run();
  };
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={title}
      centered
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={label}
            value={name}
            maxLength={MAX_NAME}
            data-autofocus
            onChange={(event) => setName(event.currentTarget.value)}
            data-testid={inputTestId}
          />
          {error === null ? null : <Alert color="red">{error.message}</Alert>}
          <Group justify="flex-end">
            <Button type="submit" loading={isRunning} disabled={name.trim() === ""} data-testid="save-name">
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
