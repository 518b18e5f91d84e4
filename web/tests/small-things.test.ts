import { ConvexError } from "convex/values";
import { expect, it } from "vitest";
import { hueOf, initialsOf } from "@/components/face";
import { fileSize, relativeTime } from "@/components/time";
import { toServerError } from "@/engine-client/errors";
import { flatFacts, words } from "@/features/admin/facts";

it("a person's colour and letters come from their id and name", () => {
  expect(hueOf("user-1")).toBe(hueOf("user-1"));
  expect(hueOf("")).toBe(0);
  expect([initialsOf("Ann Lee"), initialsOf("guest 42"), initialsOf("  ")]).toEqual(["AL", "G4", "?"]);
});

it("times are told in words", () => {
  expect(relativeTime(0, 30_000)).toBe("just now");
  expect(relativeTime(0, 7_200_000)).toBe("2 hours ago");
  expect(relativeTime(86_400_000, 0)).toBe("tomorrow");
});

it("sizes are told as people read them", () => {
  expect([fileSize(0), fileSize(999), fileSize(4_200_000), fileSize(12_000_000)]).toEqual([
    "0 B",
    "999 B",
    "4.2 MB",
    "12 MB",
  ]);
});

it("figures are flattened with readable names", () => {
  expect(flatFacts({ turnsToday: 3, rate: 0.256, by: { mind: { rules: 2 } }, none: null })).toEqual([
    ["turns today", "3"],
    ["rate", "0.26"],
    ["by · mind · rules", "2"],
  ]);
  expect(words("lastActiveAt")).toBe("last active at");
});

it("errors of the server keep their code; anything else gets a sentence without details", () => {
  expect(toServerError(new ConvexError({ code: "not_found", message: "Gone." }))).toMatchObject({
    code: "not_found",
    message: "Gone.",
  });
  expect(toServerError(new TypeError("fetch failed")).code).toBe("unreachable");
  expect(toServerError(new Error("stack and secrets")).message).not.toContain("secrets");
});
