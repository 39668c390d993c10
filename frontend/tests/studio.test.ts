import { describe, expect, it, vi } from "vitest";
import type { Cue, Health } from "../src/studio/desk/shape";

vi.stubGlobal("HTMLElement", class {});
const { slugOf } = await import("../src/studio/address");
const { showTime, timeOfId } = await import("../src/studio/desk/shape");
const { nextAct } = await import("../src/studio/desk/next");
const { actOf } = await import("../src/studio/desk/marks");

describe("addresses", () => {
  it.each([
    ["Maison Orme", "maison-orme"],
    ["  Glück & Söhne  ", "gluck-sohne"],
    ["Straße 7", "strasse-7"],
    ["--", ""],
    ["a".repeat(39) + " b", "a".repeat(39)],
  ])("makes of %j the address %j", (name, slug) => expect(slugOf(name)).toBe(slug));
});

describe("times", () => {
  it("reads the time of an id", () => {
    // uuid 01a1fa5c-ee1a-7e2a-b3c7-d9b1d3c9486c, written as the server writes it
    const hex = 0x01a1fa5cee1a7e2ab3c7d9b1d3c9486cn;
    let text = "";
    for (let rest = hex, place = 0; place < 26; place += 1, rest /= 32n) {
      text = "0123456789abcdefghjkmnpqrstvwxyz"[Number(rest % 32n)] + text;
    }
    expect(timeOfId(`msg_${text}`)).toBe(0x01a1fa5cee1a);
  });

  it.each([
    [0, "0:00"],
    [2_292_000, "38:12"],
    [3_727_000, "1:02:07"],
    [-5000, "0:00"],
  ])("writes %i ms as %s", (milliseconds, text) => expect(showTime(milliseconds)).toBe(text));
});

const cue = (kind: Cue["kind"], change: Partial<Cue> = {}): Cue => ({
  id: `cue_${kind}`,
  position: 0,
  at_seconds: 540,
  kind,
  title: `A ${kind}`,
  payload: {},
  fired_at: null,
  skipped_at: null,
  ...change,
});

/** As much of a desk as the choice of the next act looks at. */
function desk(status: string, { cues = [], health = "none", picture = "live", mayRun = true }: { cues?: Cue[]; health?: Health["status"]; picture?: string; mayRun?: boolean } = {}): never {
  return {
    cues,
    data: { drops: [] },
    health: { status: health },
    mayRun,
    store: { state: { show: { status }, picture: { state: picture }, lineup: [], drops: [] } },
    url: (name: string) => name,
    act: () => Promise.resolve(null),
  } as never;
}

describe("the one next act", () => {
  it("leads from the date to the lobby to the air", () => {
    expect(nextAct(desk("scheduled"))).toMatchObject({ label: "Open the lobby", wait: "" });
    expect(nextAct(desk("lobby"))?.wait).toContain("No picture yet");
    expect(nextAct(desk("lobby", { health: "active" }))).toMatchObject({ label: "Go live", wait: "" });
    expect(nextAct(desk("ended"))).toBeNull();
  });

  it("is the first cue that waits, then the end", () => {
    const cues = [cue("talk", { fired_at: "2026-11-20T18:00:00Z" }), cue("pin", { skipped_at: "2026-11-20T18:01:00Z" }), cue("drop")];
    expect(nextAct(desk("live", { cues }))).toMatchObject({ label: "Open: A drop", head: "Next, planned for 9:00" });
    expect(nextAct(desk("live", { cues: cues.slice(0, 2) }))).toMatchObject({ label: "End the show" });
  });

  it("says what firing does, once", () => {
    const said = (kind: Cue["kind"], title: string): string => actOf({ ...cue(kind), title });
    expect(said("pin", "Oat Cleanser")).toBe("Pin: Oat Cleanser");
    expect(said("pin", "Pin Oat Cleanser")).toBe("Pin Oat Cleanser");
    expect(said("drop", "Drop: Rosehip Bar")).toBe("Drop: Rosehip Bar");
    expect(said("poll", "Open the poll")).toBe("Open the poll");
    expect(said("talk", "Welcome")).toBe("Done: Welcome");
  });

  it("waits while nobody could see it, and for those whose role it is not", () => {
    expect(nextAct(desk("live", { cues: [cue("drop")], picture: "lost" }))?.wait).toContain("Nobody could see it now");
    expect(nextAct(desk("live", { cues: [cue("drop")], mayRun: false }))?.wait).toContain("Your role");
  });
});
