import { describe, expect, it } from "vitest";
import type { RowSpecial } from "../src/room/events";
import { tagOf } from "../src/room/prices";
import { type Envelope, reduce } from "../src/room/reduce";
import type { RoomState, Row } from "../src/room/state";

const eur = (minor: number): { minor: number; currency: string } => ({ minor, currency: "EUR" });
const special = (price_id: string, kind: string, minor: number): RowSpecial => ({
  price_id,
  kind,
  price: eur(minor),
  low_30d: eur(3900),
  ends_at: null,
});
const row = (specials: RowSpecial[] = []): Row => ({
  position: 0, is_hidden: false, note: "", variant_id: "var_1", product_id: "prd_1", slug: "s", name: "Serum",
  variant_name: "", detail: "", url: "/products/s/", image_url: "", image_small_url: "", price: eur(4000),
  was: eur(4500), low_30d: eur(4000), specials, available: 4, total: 4,
});

describe("what a buyer pays", () => {
  it("is the lowest of what holds, whatever else does", () => {
    const open = [null, 2400, 3000, 3600, 4000, 4400];
    for (const a of open) {
      for (const b of open) {
        const held = [a && special("spp_a", "show", a), b && special("spp_b", "flash", b)].filter((one) => one !== null && one !== 0) as RowSpecial[];
        const lowest = Math.min(4000, ...held.map((one) => one.price.minor));
        const tag = tagOf(row(held));
        expect(tag.price?.minor).toBe(lowest);
        expect(tag.was?.minor).toBe(lowest < 4000 ? 4000 : 4500);
        expect(tag.low).not.toBeNull();
      }
    }
  });
  it("names a flash price before a show price of the same height", () => {
    const ends_at = "2026-11-20T20:00:00Z";
    expect(tagOf(row([special("spp_a", "show", 3000), { ...special("spp_b", "flash", 3000), ends_at }])).until).toBe(ends_at);
  });
  it("knows rows of a log from before there were special prices", () => {
    const { specials: _, ...old } = row();
    expect(tagOf(old as Row).price?.minor).toBe(4000);
  });
});

describe("a special price in the room", () => {
  const event = (type: string, data: object): Envelope => ({ seq: 1, type, at: "", data });
  const told = (more: object = {}): object => ({
    price_id: "spp_1", kind: "flash", variant_id: "var_1", show_id: "shw_1", currency: "EUR", price_minor: 3000,
    low_30d_minor: 3900, ends_at: null, ...more,
  });
  const before = { lineup: [row()], pin: null } as unknown as RoomState;
  const priced = (state: RoomState): number | undefined => tagOf(state.lineup[0] as Row).price?.minor;

  it("holds from its opening to its end, also when told twice", () => {
    const opened = event("special_price.opened", told());
    const open = reduce(reduce(before, opened), opened);
    expect(open.lineup[0]?.specials).toHaveLength(1);
    expect(priced(open)).toBe(3000);
    const cheaper = reduce(open, event("price.changed", { variant_id: "var_1", currency: "EUR", price_minor: 2900, was_minor: null, low_30d_minor: null }));
    expect(priced(cheaper)).toBe(2900);
    expect(priced(reduce(open, event("special_price.closed", told())))).toBe(4000);
  });
  it("of another currency does not touch this page", () => {
    expect(priced(reduce(before, event("special_price.opened", told({ currency: "JPY", price_minor: 300 }))))).toBe(4000);
    expect(priced(reduce(before, event("price.changed", { variant_id: "var_1", currency: "JPY", price_minor: 300, was_minor: null, low_30d_minor: null })))).toBe(4000);
  });
});
