// Of several drops, which one stands in front and which one a row sells; the server has the same rule (streams/drop_cards.py).
// Not here: how they are drawn (parts/drop.ts, parts/goods.ts).
import type { Drop, DropStatus, RoomState, Row } from "./state";

type Goods = Pick<RoomState, "drops" | "lineup">;

const RANK: Record<DropStatus, number> = { open: 0, sold_out: 1, announced: 2 };

const openedAt = ({ opened_at: at }: Drop): number => (at ? Date.parse(at) : 0);

/** One that sells, one that is sold out, one to come; the one opened last first: the host shows it now. */
const frontFirst = (drops: readonly Drop[]): Drop[] =>
  [...drops].sort((a, b) => RANK[a.status] - RANK[b.status] || openedAt(b) - openedAt(a) || (a.drop_id < b.drop_id ? -1 : 1));

export const dropRow = (state: Goods, drop: Drop): Row | undefined =>
  state.lineup.find((row) => !row.is_hidden && row.variant_id === drop.variant_id);

/** The drop in front of the picture. One whose product is not to be seen is not shown. */
export function frontDrop(state: Goods & Pick<RoomState, "show">): Drop | null {
  if (state.show.status !== "live" && state.show.status !== "lobby") return null;
  return frontFirst(state.drops).find((drop) => dropRow(state, drop)) ?? null;
}

/** The drop that rules a row: it sells, or is to come. */
export const rowDrop = (state: Pick<Goods, "drops">, row: Row): Drop | null =>
  frontFirst(state.drops).find((drop) => drop.variant_id === row.variant_id && drop.status !== "sold_out") ?? null;
