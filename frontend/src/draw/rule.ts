// A published draw computed again: the same rule as kernel/draws.py, with the browser's own SHA-256.
// Not here: where it comes from and what the page says of it (draw/page.ts).

export interface PublishedDraw {
  seed: string;
  commitment: string;
  root: string;
  share: number;
  lines: string[];
  order: string[];
}

export interface Check {
  seedFits: boolean;
  rootFits: boolean;
  orderFits: boolean;
  order: string[];
}

const encoder = new TextEncoder();

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

const bytes = (text: string): Uint8Array => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

const sha256 = async (...parts: Uint8Array[]): Promise<Uint8Array> => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));

/** As bytes compare, not as a language sorts. Lines are ASCII. */
const byBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** As RFC 6962: pairs from the left, an odd one goes up as it is. */
export async function merkleRoot(lines: readonly string[]): Promise<string> {
  if (!lines.length) return hex(await sha256());
  let level = await Promise.all(lines.map((line) => sha256(Uint8Array.of(0), encoder.encode(line))));
  while (level.length > 1) {
    const pairs: Promise<Uint8Array>[] = [];
    for (let at = 0; at + 1 < level.length; at += 2) pairs.push(sha256(Uint8Array.of(1), level[at] as Uint8Array, level[at + 1] as Uint8Array));
    level = [...(await Promise.all(pairs)), ...level.slice(pairs.length * 2)];
  }
  return hex(level[0] as Uint8Array);
}

/** One hash says who comes first in a group, another who comes first of all; of one group `share` to a turn. */
export async function drawOrder(seed: string, root: string, lines: readonly string[], share: number): Promise<string[]> {
  const salt = joined(bytes(seed), bytes(root));
  const score = async (of: string, line: string): Promise<string> => hex(await sha256(salt, encoder.encode(`${of}:${line}`)));
  const scored = await Promise.all(lines.map(async (line) => ({ line, group: await score("group", line), order: await score("order", line) })));
  scored.sort((a, b) => byBytes(a.group, b.group) || byBytes(a.line, b.line));
  const seen = new Map<string, number>();
  const turns = scored.map(({ line, order }) => {
    const cut = line.lastIndexOf(":");
    const group = line.slice(cut + 1);
    const before = seen.get(group) ?? 0;
    seen.set(group, before + 1);
    return { id: line.slice(0, cut), turn: group ? Math.floor(before / share) : 0, order, line };
  });
  return turns.sort((a, b) => a.turn - b.turn || byBytes(a.order, b.order) || byBytes(a.line, b.line)).map(({ id }) => id);
}

export async function checkDraw(draw: PublishedDraw): Promise<Check> {
  const order = await drawOrder(draw.seed, draw.root, draw.lines, draw.share);
  return {
    seedFits: hex(await sha256(bytes(draw.seed))) === draw.commitment,
    rootFits: (await merkleRoot([...draw.lines].sort(byBytes))) === draw.root,
    orderFits: order.length === draw.order.length && order.every((id, place) => id === draw.order[place]),
    order,
  };
}
