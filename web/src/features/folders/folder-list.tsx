import { ActionIcon, Group, Menu, NavLink, Skeleton, Stack, Text, Title, Tooltip } from "@mantine/core";
import { IconDots, IconFolder, IconFolderOpen, IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery } from "convex/react";
import { useState } from "react";
import { useLocation } from "wouter";
import { NameDialog } from "@/components/name-dialog";
import { useRemoval } from "@/components/use-removal";
import { api } from "@/engine-client/functions";
import type { FolderRow } from "@/engine-client/rows";

/** The caller's folders; choosing one shows its documents and sessions. */
export function FolderList({ current }: Readonly<{ current: string | null }>) {
  const folders = useQuery(api.folders.list, {});
  const create = useMutation(api.folders.create);
  const [, navigate] = useLocation();
  const [isAdding, setAdding] = useState(false);
  return (
    <Stack gap="xs" component="nav" aria-label="Folders">
      <Group justify="space-between">
        <Title order={2} size="h6" tt="uppercase" c="dimmed">
          Folders
        </Title>
        <Tooltip label="New folder">
          <ActionIcon
            variant="light"
            aria-label="New folder"
            onClick={() => setAdding(true)}
            data-testid="new-folder"
          >
            <IconPlus size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Group>
      {folders === undefined ? <Skeleton height={40} /> : null}
      {folders?.length === 0 ? (
        <Text size="sm" c="dimmed">
          A folder holds documents and the sessions that teach from them.
        </Text>
      ) : null}
      {folders?.map((folder) => (
        <FolderLine key={folder._id} folder={folder} isCurrent={folder._id === current} />
      ))}
      <NameDialog
        title="New folder"
        label="Name"
        action="Create"
        isOpen={isAdding}
        inputTestId="folder-name"
        onClose={() => setAdding(false)}
        onSave={async (name) => navigate(`/folder/${await create({ name })}`)}
      />
    </Stack>
  );
}

function FolderLine({ folder, isCurrent }: Readonly<{ folder: FolderRow; isCurrent: boolean }>) {
  const rename = useMutation(api.folders.rename);
  const remove = useMutation(api.folders.remove);
  const restore = useMutation(api.folders.restore);
  const removal = useRemoval();
  const [, navigate] = useLocation();
  const [isRenaming, setRenaming] = useState(false);
  const args = { folder: folder._id };
  const onRemove = async () => {
    const isRemoved = await removal(
      `“${folder.name}”`,
      () => remove(args),
      () => restore(args),
    );
    if (isRemoved && isCurrent) navigate("/");
  };
  return (
    <Group gap={4} wrap="nowrap">
      <NavLink
        component="a"
        href={`/folder/${folder._id}`}
        onClick={(event) => {
          event.preventDefault();
          navigate(`/folder/${folder._id}`);
        }}
        active={isCurrent}
        aria-current={isCurrent ? "page" : undefined}
        label={folder.name}
        description={`${count(folder.documents, "document")} · ${count(folder.sessions, "session")}`}
        leftSection={
          isCurrent ? <IconFolderOpen size={20} aria-hidden /> : <IconFolder size={20} aria-hidden />
        }
        data-testid="folder"
        style={{ borderRadius: "var(--mantine-radius-md)", minWidth: 0 }}
      />
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`More for ${folder.name}`}
            data-testid="folder-menu"
          >
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setRenaming(true)}>Rename</Menu.Item>
          <Menu.Item color="red" onClick={() => void onRemove()} data-testid="remove-folder">
            Remove
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <NameDialog
        title="Rename the folder"
        label="Name"
        action="Save"
        initial={folder.name}
        isOpen={isRenaming}
        inputTestId="folder-rename"
        onClose={() => setRenaming(false)}
        onSave={(name) => rename({ ...args, name })}
      />
    </Group>
  );
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
