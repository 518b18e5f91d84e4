import { beforeEach, expect, it, vi } from "vitest";
import { SessionToken } from "@/engine-client/session-token";

const fetcher = vi.fn<typeof fetch>();
const NOW = 1_800_000_000_000;

function jwt(secondsLeft: number): string {
  return `x.${btoa(JSON.stringify({ exp: NOW / 1000 + secondsLeft }))}.y`;
}

function answer(secondsLeft: number, kind = "member"): Response {
  const user = { _id: "u1", name: "Ann", email: null, kind, admin: false };
  return Response.json({ token: jwt(secondsLeft), refresh_token: "never kept", user });
}

function open(): SessionToken {
  return new SessionToken(fetcher, localStorage, () => NOW);
}

beforeEach(() => {
  fetcher.mockReset();
  localStorage.clear();
});

it("asks nothing on a first visit", async () => {
  expect(await open().restore()).toBeNull();
  expect(fetcher).not.toHaveBeenCalled();
});

it("keeps the tokens out of every storage", async () => {
  fetcher.mockResolvedValueOnce(answer(600));
  await open().enterAsGuest();
  expect(JSON.stringify({ ...localStorage })).not.toContain("x.");
  expect(JSON.stringify({ ...localStorage })).not.toContain("never kept");
});

it("uses a token while it is good, and exchanges it shortly before its end", async () => {
  fetcher
    .mockResolvedValueOnce(answer(600))
    .mockResolvedValueOnce(answer(20))
    .mockResolvedValueOnce(answer(600));
  const token = open();
  await token.enterAsGuest();
  expect(await token.get()).toBe(jwt(600));
  expect(await token.get(true)).toBe(jwt(20));
  expect(await token.get()).toBe(jwt(600));
  expect(fetcher).toHaveBeenCalledTimes(3);
});

it("refreshes once for everybody who asks at the same time", async () => {
  fetcher.mockResolvedValueOnce(answer(600)).mockResolvedValueOnce(answer(600));
  const token = open();
  await token.enterAsGuest();
  await Promise.all([token.get(true), token.get(true), token.get(true)]);
  expect(fetcher).toHaveBeenCalledTimes(2);
});

it("is signed out when the server refuses the refresh, and tells", async () => {
  fetcher.mockResolvedValueOnce(answer(600));
  const token = open();
  await token.enterAsGuest();
  const heard = vi.fn();
  token.subscribe(heard);
  fetcher.mockResolvedValueOnce(
    Response.json({ code: "refresh_token_invalid", message: "No." }, { status: 401 }),
  );
  expect(await token.get(true)).toBeNull();
  expect(token.user).toBeNull();
  expect(heard).toHaveBeenCalledWith(null);
});

it("stays signed in when only the network is gone", async () => {
  fetcher.mockResolvedValueOnce(answer(600)).mockRejectedValueOnce(new TypeError("offline"));
  const token = open();
  await token.enterAsGuest();
  await expect(token.get(true)).rejects.toMatchObject({ code: "unreachable" });
  expect(token.user?.name).toBe("Ann");
});

it("sends a guest's token along when the guest signs up", async () => {
  fetcher.mockResolvedValueOnce(answer(600, "guest")).mockResolvedValueOnce(answer(600));
  const token = open();
  await token.enterAsGuest();
  await token.signUp("a@b.c", "long enough", "Ann");
  expect(fetcher.mock.calls[1]?.[1]?.headers).toMatchObject({ Authorization: `Bearer ${jwt(600)}` });
  expect(token.user?.kind).toBe("member");
});

it("shows the server's own sentence when signing in fails", async () => {
  fetcher.mockResolvedValueOnce(
    Response.json({ code: "invalid_credentials", message: "Wrong." }, { status: 401 }),
  );
  await expect(open().signIn("a@b.c", "x")).rejects.toMatchObject({
    code: "invalid_credentials",
    message: "Wrong.",
  });
});
