import { ActionIcon, Menu } from "@mantine/core";
import { IconDotsVertical } from "@tabler/icons-react";
import { useMutation } from "convex/react";
import { useNotices } from "@/components/notices";
import { toServerError } from "@/engine-client/errors";
import { api } from "@/engine-client/functions";
import type { SessionRow } from "@/engine-client/rows";

type Props = Readonly<{ session: SessionRow; onReview: () => void; onQuiz: () => void }>;

/** The steps of a session's life. */
export function SessionMenu({ session, onReview, onQuiz }: Props) {
  const pause = useMutation(api.sessions.pause);
  const resume = useMutation(api.sessions.resume);
  const end = useMutation(api.sessions.end);
  const { notify } = useNotices();
  const args = { session: session._id };
  const attempt = (step: Promise<unknown>) => {
    step.catch((error: unknown) => notify({ message: toServerError(error).message, tone: "bad" }));
  };
  const isOver = session.state === "ended" || session.state === "archived";
  const canWrite = session.role !== "viewer";
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={34} aria-label="Session" data-testid="lesson-menu">
          <IconDotsVertical size={20} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {session.state === "active" && canWrite ? (
          <Menu.Item onClick={() => attempt(pause(args))} data-testid="pause-session">
            Pause
          </Menu.Item>
        ) : null}
        {session.state === "paused" && canWrite ? (
          <Menu.Item onClick={() => attempt(resume(args))} data-testid="resume-session">
            Go on with the session
          </Menu.Item>
        ) : null}
        {canWrite ? (
          <Menu.Item onClick={onQuiz} data-testid="quiz-open">
            Check yourself
          </Menu.Item>
        ) : null}
        <Menu.Item onClick={onReview} data-testid="review-open">
          Look back
        </Menu.Item>
        {!isOver && session.role === "owner" ? (
          <Menu.Item color="red" onClick={() => attempt(end(args))} data-testid="end-session">
            End the session
          </Menu.Item>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  );
}
