import { CaptureUpdateAction, Excalidraw, MainMenu } from "@excalidraw/excalidraw";
import type { Collaborator, ExcalidrawImperativeAPI, SocketId } from "@excalidraw/excalidraw/types";
import "@excalidraw/excalidraw/index.css";
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import type { ServerError } from "@/engine-client/errors";
import styles from "./board.module.css";
import type { BoardState } from "./board-connection";
import { BoardController } from "./board-controller";
import { fileIdOf } from "./board-files";
import { useNamedControls } from "./named-controls";
import type { Peer } from "./presence";

export type BoardProps = Readonly<{
  session: string;
  me: Readonly<{ id: string; name: string }>;
  canWrite: boolean;
  isDark: boolean;
  title: string;
  /** The tutor's turn is on: what its presence says of drawing is not old. */
  isTutorBusy: boolean;
  token: (isRefused: boolean) => Promise<string | null>;
  controller: RefObject<BoardController | null>;
  onState: (state: BoardState) => void;
  onReady: (isTooNew: boolean) => void;
  onPeers: (peers: readonly Peer[]) => void;
  onSelection: (ids: readonly string[]) => void;
  onError: (error: ServerError) => void;
}>;

const UI_OPTIONS = {
  canvasActions: {
    changeViewBackgroundColor: false,
    clearCanvas: false,
    loadScene: false,
    saveToActiveFile: false,
    toggleTheme: false,
    saveAsImage: true,
    export: { saveFileToDisk: true },
  },
} as const;

/** The shared whiteboard. Excalidraw is the editor; the controller keeps it equal to the document. */
export default function Board(props: BoardProps) {
  const { session, me, canWrite, controller } = props;
  const [api, setApi] = useState<ExcalidrawImperativeAPI | null>(null);
  const [isReady, setReady] = useState(false);
  const [isReadOnly, setReadOnly] = useState(false);
  const container = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  useNamedControls(container);

  useEffect(() => {
    if (api === null) return;
    const opened = new BoardController({
      session,
      user: { id: me.id, name: me.name, kind: "person" },
      canWrite,
      token: (isRefused) => latest.current.token(isRefused),
      never: CaptureUpdateAction.NEVER,
      onState: (state) => latest.current.onState(state),
      onReady: (isTooNew) => {
        setReady(true);
        setReadOnly(isTooNew);
        latest.current.onReady(isTooNew);
      },
      onPeers: (peers) => {
        api.updateScene({ collaborators: collaboratorsOf(peers, latest.current.isTutorBusy) });
        latest.current.onPeers(peers);
      },
      onSelection: (ids) => latest.current.onSelection(ids),
      onError: (error) => latest.current.onError(error),
    });
    controller.current = opened;
    opened.attach(api);
    const stopScroll = api.onScrollChange(() => opened.viewMoved());
    return () => {
      stopScroll();
      controller.current = null;
      opened.close();
      setReady(false);
    };
  }, [api, session, me.id, me.name, canWrite, controller]);

  const onChange = useCallback(() => controller.current?.sceneChanged(), [controller]);
  const onHand = useCallback(() => controller.current?.handMoved(), [controller]);

  return (
    <div className={styles.canvas} ref={container} data-testid="board" data-ready={isReady} onWheel={onHand}>
      <Excalidraw
        excalidrawAPI={setApi}
        name={props.title}
        theme={props.isDark ? "dark" : "light"}
        viewModeEnabled={!canWrite || isReadOnly || !isReady}
        isCollaborating
        aiEnabled={false}
        validateEmbeddable={false}
        UIOptions={UI_OPTIONS}
        generateIdForFile={fileIdOf}
        onChange={onChange}
        onPointerUpdate={({ pointer, button }) => controller.current?.pointerMoved(pointer, button)}
        onPointerDown={onHand}
        onPointerUp={() => controller.current?.pointerReleased()}
        onUserFollow={({ userToFollow, action }) =>
          controller.current?.followClient(action === "FOLLOW" ? Number(userToFollow.socketId) : null)
        }
      >
        <MainMenu>
          <MainMenu.DefaultItems.SaveAsImage />
          <MainMenu.DefaultItems.Export />
          <MainMenu.DefaultItems.SearchMenu />
        </MainMenu>
      </Excalidraw>
    </div>
  );
}

function collaboratorsOf(peers: readonly Peer[], isTutorBusy: boolean): Map<SocketId, Collaborator> {
  return new Map(peers.map((peer) => [String(peer.client) as SocketId, collaboratorOf(peer, isTutorBusy)]));
}

function collaboratorOf(peer: Peer, isTutorBusy: boolean): Collaborator {
  const isTutor = peer.user.kind === "tutor" && isTutorBusy;
  const doing = isTutor && peer.status !== undefined && peer.status !== "idle" ? ` · ${peer.status}…` : "";
  const typing = peer.editing ? " · typing…" : "";
  return {
    id: peer.user.id,
    socketId: String(peer.client) as SocketId,
    username: `${peer.user.name}${doing}${typing}`,
    ...(peer.pointer ? { pointer: peer.pointer } : {}),
    button: peer.button ?? "up",
    selectedElementIds: peer.selectedElementIds ?? {},
  };
}
