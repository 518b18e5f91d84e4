import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMutation } from "convex/react";
import { useState } from "react";
import { useLocation } from "wouter";
import { NameDialog } from "@/components/name-dialog";
import { api } from "@/engine-client/functions";

type Props = Readonly<{ folder: string; suggestion: string }>;

/** Makes a session in a folder and opens it. */
export function NewSessionButton({ folder, suggestion }: Props) {
  const create = useMutation(api.sessions.create);
  const [, navigate] = useLocation();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        leftSection={<IconPlus size={18} aria-hidden />}
        onClick={() => setOpen(true)}
        data-testid="new-session"
      >
        New session
      </Button>
      <NameDialog
        title="New session"
        label="Title"
        action="Start"
        initial={suggestion}
        isOpen={isOpen}
        inputTestId="session-title"
        onClose={() => setOpen(false)}
        onSave={async (title) => navigate(`/session/${await create({ folder, title })}`)}
      />
    </>
  );
}
