import { describe, expect, it } from "vitest";
import type { EventData, EventType } from "../src/room/events";
import type { Envelope } from "../src/room/reduce";
import { reportWords } from "../src/studio/desk/queue";
import { isTaken, NO_TEAM, reduceTeam, type Team } from "../src/studio/desk/team";

const event = <T extends EventType>(type: T, data: EventData[T]): Envelope => ({
  ...{ seq: 1, type, at: "2026-11-20T18:00:00Z", data },
});
const held: EventData["message.held"] = {
  ...{ held_id: "hmg_1", author_key: "vwr_1", author: "Noor", text: "hello" },
  ...{ reply_to: null, key: "k", rule: "capitals", is_question: false },
};
const shadowed: EventData["message.shadowed"] = {
  ...{ message_id: "msg_1", author_key: "vwr_1", author: "Troll", text: "hello", reply_to: null, key: "k" },
};
const after = (...events: Envelope[]): Team => events.reduce(reduceTeam, NO_TEAM);

describe("what the team sees", () => {
  it.each([
    ["approved", event("message.approved", { held_id: "hmg_1", shown_id: "msg_1", author_key: "vwr_1" })],
    ["declined", event("message.declined", { held_id: "hmg_1", author_key: "vwr_1" })],
  ])("holds a line once, until it is %s", (_name, decision) => {
    const waiting = event("message.held", held);
    expect(after(waiting, waiting).held).toHaveLength(1);
    expect(after(waiting, decision).held).toEqual([]);
    expect(after(waiting, decision, waiting, decision).held).toEqual([]);
  });

  it("says who deals with a line, and for how long", () => {
    const until = "2026-11-20T18:01:00Z";
    const claimed = event("message.claimed", { held_id: "hmg_1", by: "member:mem_1", name: "Tom", until });
    const [line] = after(event("message.held", held), claimed).held;
    expect(line?.claim?.name).toBe("Tom");
    expect(isTaken(line!, "member:mem_2", Date.parse(until) - 1)).toBe(true);
    expect(isTaken(line!, "member:mem_1", Date.parse(until) - 1)).toBe(false);
    expect(isTaken(line!, "member:mem_2", Date.parse(until) + 1)).toBe(false);
    const left = event("message.claimed", { held_id: "hmg_1", by: "", name: "", until: null });
    expect(after(event("message.held", held), claimed, left).held[0]?.claim).toBeNull();
  });

  it("marks lines in the shadow, and what is removed of them", () => {
    const team = after(event("message.shadowed", shadowed), event("message.shadowed", shadowed), event("message.removed", { message_id: "msg_1" }));
    expect(team.shadowed).toMatchObject([{ id: "msg_1", text: "", removed: true }]);
  });

  it("counts a reported line anew with every report, until it is left or removed", () => {
    const line = { message_id: "msg_1", author_key: "vwr_1", author: "Troll", text: "buy followers", reports: 1, reasons: { spam: 1 } };
    const first = event("message.reported", line);
    const second = event("message.reported", { ...line, reports: 3, reasons: { insult: 1, spam: 2 } });
    expect(after(first, second, second).reported).toMatchObject([{ id: "msg_1", reports: 3 }]);
    expect(reportWords(after(second).reported[0]!)).toBe("Reported by 3: insult, spam 2");
    for (const end of [event("reports.settled", { message_id: "msg_1" }), event("message.removed", { message_id: "msg_1" })]) {
      expect(after(first, end).reported).toEqual([]);
    }
    const edited = event("message.edited", { message_id: "msg_1", text: "hello", edited_at: "2026-11-20T18:01:00Z" });
    expect(after(first, edited).reported).toMatchObject([{ text: "hello" }]);
  });

  it("knows who is on, and the last note", () => {
    const on = event("shift.began", { member_id: "mem_1", name: "Tom", since: "2026-11-20T18:00:00Z" });
    const note = { text: "Watch the links", author: "Tom", written_at: "2026-11-20T18:00:00Z" };
    const team = after(on, on, event("hand_over.written", note));
    expect(team.shifts).toHaveLength(1);
    expect(team.hand_over).toEqual(note);
    const empty = [event("shift.ended", { member_id: "mem_1" }), event("hand_over.written", { ...note, text: "" })].reduce(reduceTeam, team);
    expect([empty.shifts, empty.hand_over]).toEqual([[], null]);
  });
});
