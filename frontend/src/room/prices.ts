// What a buyer pays for a row: the lowest of the prices that hold, as the server decides it (catalog/selectors/prices.py).
// Not here: which prices hold (reduce.ts) and how they look (parts/goods.ts).
import type { RowSpecial } from "./events";
import type { Row } from "./state";

type Price = Row["price"];

/** `was` and `low` stand beside every reduction; `until` is when it ends. */
export interface Tag {
  price: Price;
  was: Price;
  low: Price;
  until: string | null;
}

const RANK: Record<string, number> = { flash: 0, show: 1 };
const before = (a: RowSpecial, b: RowSpecial): number =>
  a.price.minor - b.price.minor || (RANK[a.kind] ?? 9) - (RANK[b.kind] ?? 9) || (a.price_id < b.price_id ? -1 : 1);

export function tagOf(row: Row): Tag {
  const { price, was, low_30d: low } = row;
  // Rows of an older log have none.
  const [best] = (row.specials ?? []).filter((one) => price && one.price.minor < price.minor).sort(before);
  if (!best) return { price, was, low, until: null };
  return { price: best.price, was: price, low: best.low_30d, until: best.ends_at };
}
