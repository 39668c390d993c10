import { describe, expect, it, vi } from "vitest";

vi.stubGlobal("HTMLElement", class {});
const { splitClock, writeClock } = await import("../src/elements/countdown");

describe("clocks", () => {
  it.each([
    [0, "00:00"],
    [42, "00:42"],
    [271, "04:31"],
    [8076, "2:14:36"],
  ])("writes %i seconds as %s", (seconds, figures) => {
    expect(writeClock(seconds)).toBe(figures);
  });

  it("shows days only when they matter", () => {
    expect(splitClock(47 * 3600 + 61)).toEqual(["47", "01", "01"]);
    expect(splitClock(73 * 3600 + 120)).toEqual(["03", "01", "02"]);
  });
});
