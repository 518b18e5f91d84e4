import {
  ActionIcon,
  Alert,
  Button,
  CopyButton,
  Group,
  Loader,
  Modal,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useMutation, useQuery } from "convex/react";
import { useEffect, useState } from "react";
import { api } from "@/engine-client/functions";
import { useTask } from "@/engine-client/use-task";

type Props = Readonly<{ session: string; isOwner: boolean; isOpen: boolean; onClose: () => void }>;

type Access = "editor" | "viewer";

/** Invites others: a link for those who draw and answer, or for those who watch. */
export function ShareDialog({ session, isOwner, isOpen, onClose }: Props) {
  const share = useMutation(api.sessions.share);
  const members = useQuery(api.sessions.members, isOpen ? { session } : "skip");
  const [role, setRole] = useState<Access>("editor");
  const [links, setLinks] = useState<Partial<Record<Access, string>>>({});
  const { run, isRunning, error } = useTask(async (wanted: Access) => {
    const invitation = await share({ session, role: wanted });
    setLinks((known) => ({ ...known, [wanted]: new URL(invitation.path, window.location.origin).href }));
  });
  const link = links[role];
  useEffect(() => {
    if (isOpen && isOwner && link === undefined) void run(role);
  }, [isOpen, isOwner, link, role, run]);
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title="People in this lesson"
      centered
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Stack>
        {isOwner ? (
          <>
            <SegmentedControl
              value={role}
              onChange={(value) => setRole(value as Access)}
              data={[
                { value: "editor", label: "Can draw and answer" },
                { value: "viewer", label: "Can watch" },
              ]}
              aria-label="What the invited may do"
            />
            {error === null ? null : (
              <Alert color="red">
                {error.message}{" "}
                <Button size="compact-xs" variant="subtle" onClick={() => void run(role)}>
                  Try again
                </Button>
              </Alert>
            )}
            <Group gap="xs" wrap="nowrap">
              <TextInput
                readOnly
                value={link ?? ""}
                placeholder={isRunning ? "Making a link…" : ""}
                aria-label="Link to join"
                onFocus={(event) => event.currentTarget.select()}
                style={{ flex: 1 }}
                data-testid="share-link"
              />
              <CopyButton value={link ?? ""}>
                {({ copied, copy }) => (
                  <ActionIcon
                    size={36}
                    variant="light"
                    onClick={copy}
                    disabled={link === undefined}
                    aria-label={copied ? "Copied" : "Copy the link"}
                    data-testid="copy-link"
                  >
                    {copied ? <IconCheck size={18} aria-hidden /> : <IconCopy size={18} aria-hidden />}
                  </ActionIcon>
                )}
              </CopyButton>
            </Group>
            <Text size="xs" c="dimmed">
              Whoever has the link can join for a week.
            </Text>
          </>
        ) : null}
        {members === undefined ? (
          <Loader size="sm" aria-label="Loading the members" />
        ) : (
          <Stack gap={4} component="ul" style={{ listStyle: "none", padding: 0, margin: 0 }}>
            {members.map((member) => (
              <Group key={member.user} justify="space-between" component="li" data-testid="member">
                <Text size="sm">{member.name}</Text>
                <Text size="sm" c="dimmed">
                  {member.role}
                </Text>
              </Group>
            ))}
          </Stack>
        )}
      </Stack>
    </Modal>
  );
}
