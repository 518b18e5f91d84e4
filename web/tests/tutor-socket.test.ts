import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { LessonEvent } from "@/features/tutor/events";
import { type SocketState, TutorSocket } from "@/features/tutor/tutor-socket";

class FakeSocket {
  static made: FakeSocket[] = [];
  readyState = 0;
  sent: { type: string; id?: string }[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(readonly url: string) {
    FakeSocket.made.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.readyState = 3;
  }

  opens(): void {
    this.readyState = WebSocket.OPEN;
    this.onopen?.();
  }

  hears(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  ends(code: number): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

const events: LessonEvent[] = [];
const states: SocketState[] = [];
const refused: unknown[] = [];
const token = vi.fn<(isRefused: boolean) => Promise<string | null>>();

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.made = [];
  events.length = 0;
  states.length = 0;
  refused.length = 0;
  token.mockReset().mockResolvedValue("tok");
});
afterEach(() => void vi.useRealTimers());

async function open(after = 0): Promise<{ socket: TutorSocket; wire: FakeSocket }> {
  const socket = new TutorSocket({
    session: "s 1",
    after,
    token,
    onEvent: (event) => events.push(event),
    onState: (state) => states.push(state),
    onRefused: (...all) => refused.push(all),
    origin: "https://tutor.test",
    open: (url) => new FakeSocket(url) as unknown as WebSocket,
  });
  await vi.advanceTimersByTimeAsync(0);
  return { socket, wire: newest() };
}

function newest(): FakeSocket {
  const wire = FakeSocket.made.at(-1);
  if (wire === undefined) throw new Error("no socket was opened");
  return wire;
}

const event = (seq: number): object => ({ seq, type: "turn.started", turn: `t${seq}`, mind: "rules" });

it("asks for what comes after the last event it has seen, with the token in the address", async () => {
  const { wire } = await open(7);
  expect(wire.url).toBe("wss://tutor.test/ws/tutor/s%201?after=7&token=tok");
});

it("goes on after the newest event when the connection drops, and hears none twice", async () => {
  const { wire } = await open();
  wire.opens();
  wire.hears(event(1));
  wire.hears(event(2));
  wire.ends(1006);
  await vi.advanceTimersByTimeAsync(500);
  const again = newest();
  expect(again.url).toContain("after=2");
  again.opens();
  again.hears(event(2));
  again.hears(event(3));
  expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3]);
});

it("sends again, under the same id, what was not acknowledged", async () => {
  const { socket, wire } = await open();
  wire.opens();
  socket.send({ type: "next" });
  socket.send({ type: "start" });
  const [next, start] = wire.sent;
  wire.hears({ type: "ack", id: next?.id });
  wire.ends(1006);
  await vi.advanceTimersByTimeAsync(500);
  newest().opens();
  expect(newest().sent).toEqual([start]);
  expect(socket.hasUnacknowledged).toBe(true);
});

it("keeps a command that is given before there is a connection", async () => {
  const { socket, wire } = await open();
  socket.send({ type: "say", text: "hello" });
  expect(wire.sent).toEqual([]);
  wire.opens();
  expect(wire.sent).toMatchObject([{ type: "say", text: "hello" }]);
});

it("hands a refused command back and does not send it again", async () => {
  const { socket, wire } = await open();
  wire.opens();
  socket.send({ type: "next" });
  wire.hears({ type: "error", code: "busy", message: "Wait.", id: wire.sent[0]?.id });
  expect(refused).toEqual([[{ type: "next" }, "busy", "Wait."]]);
  expect(socket.hasUnacknowledged).toBe(false);
});

it("fetches a fresh token after the server refused the last one", async () => {
  const { wire } = await open();
  wire.ends(4401);
  await vi.advanceTimersByTimeAsync(500);
  expect(token.mock.calls).toEqual([[false], [true]]);
});

it("stays away from a session that is not there or not ours", async () => {
  const { wire } = await open();
  wire.ends(4404);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(FakeSocket.made).toHaveLength(1);
  expect(states.at(-1)).toEqual({ kind: "refused", code: 4404 });
});

it("waits longer after each failure in a row", async () => {
  const waits = vi.spyOn(globalThis, "setTimeout");
  vi.spyOn(Math, "random").mockReturnValue(1);
  await open();
  for (let count = 0; count < 8; count += 1) {
    newest().ends(1006);
    await vi.advanceTimersByTimeAsync(8_000);
  }
  const delays = waits.mock.calls.map((call) => call[1] ?? 0).filter((delay) => delay >= 250);
  expect(delays.slice(0, 7)).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000]);
});

it("takes a line that is silent for a minute for dead", async () => {
  const { wire } = await open();
  wire.opens();
  await vi.advanceTimersByTimeAsync(61_000);
  expect(wire.sent.every(({ type }) => type === "ping")).toBe(true);
  expect(states.at(-2)).toEqual({ kind: "waiting" });
  await vi.advanceTimersByTimeAsync(500);
  expect(FakeSocket.made.length).toBeGreaterThan(1);
});

it("says so when signing in needs the network that is not there, and tries again", async () => {
  token.mockRejectedValueOnce(new TypeError("offline"));
  const socket = new TutorSocket({
    session: "s",
    after: 0,
    token,
    onEvent: () => {},
    onState: (state) => states.push(state),
    onRefused: () => {},
    origin: "http://tutor.test",
    open: (url) => new FakeSocket(url) as unknown as WebSocket,
  });
  await vi.advanceTimersByTimeAsync(0);
  expect(states.at(-1)).toEqual({ kind: "waiting" });
  await vi.advanceTimersByTimeAsync(500);
  expect(newest().url).toMatch(/^ws:/);
  socket.close();
});
