// One event applied to a room's state. Pure: an event carries values, so applying it twice changes nothing,
// and a snapshot with the events after it equals a later snapshot.
// Not here: which events come, and in which order (store.ts).
import type { DropAnnounced, EventData, EventType, MessageEchoed, RowFacts, RowSpecial } from "./events";
import type { DropStatus, Message, Pin, Question, RoomState, Row, ShowStatus, Waiting } from "./state";

export interface Envelope {
  seq: number;
  type: string;
  at: string;
  /** Seconds of the broadcast; absent while nothing is on air. */
  media_time?: number;
  data: unknown;
}

type Change = Partial<RoomState>;
type Reducers = { [T in EventType]?: (state: RoomState, data: EventData[T]) => Change };

/** How many lines of chat a page keeps. */
const LONGEST_CHAT = 200;
/** How much of a line stands in an answer to it. */
const QUOTED = 120;

const withShow = (state: RoomState, status: ShowStatus, more: Partial<RoomState["show"]> = {}): Change => ({
  show: { ...state.show, status, ...more },
});

const withPicture = (state: RoomState, change: Partial<RoomState["picture"]>): Change => ({
  picture: { ...state.picture, ...change },
});

/** Only drops of this show are on its page; the shop has others. */
const withDrop =
  (status: DropStatus) =>
  (state: RoomState, data: DropAnnounced): Change => {
    if (data.show_id !== state.show.id) return {};
    const others = state.drops.filter((drop) => drop.drop_id !== data.drop_id);
    return { drops: [...others, { ...data, status }].sort((a, b) => (a.drop_id < b.drop_id ? -1 : 1)) };
  };

/** `pinned` is on screen, if it is among the rows. */
function withRows(rows: Row[], pinned: Pick<Pin, "variant_id" | "pinned_at"> | null): Change {
  const row = pinned && rows.find(({ variant_id: id }) => id && id === pinned.variant_id);
  return { lineup: rows, pin: row ? { ...row, pinned_at: pinned.pinned_at } : null };
}

const withVariant = (state: RoomState, variant: string, change: Partial<Row>): Change =>
  withRows(
    state.lineup.map((row) => (row.variant_id === variant ? { ...row, ...change } : row)),
    state.pin,
  );

/** Rows of this variant that are priced in this currency, changed. */
const withPrices = (state: RoomState, of: { variant_id: string; currency: string }, change: (row: Row) => Partial<Row>): Change =>
  withRows(
    state.lineup.map((row) =>
      row.variant_id === of.variant_id && row.price?.currency === of.currency ? { ...row, ...change(row) } : row,
    ),
    state.pin,
  );

const without = (row: Row, id: string): RowSpecial[] => (row.specials ?? []).filter((one) => one.price_id !== id);

const withQuestion = (state: RoomState, id: string, change: Partial<Question>): Change => ({
  questions: inOrder(state.questions.map((one) => (one.id === id ? { ...one, ...change } : one))),
});

/** Open ones by votes, then those answered last. */
function inOrder(questions: Question[]): Question[] {
  const open = questions.filter((one) => !one.answered_at).sort((a, b) => b.votes - a.votes);
  const answered = questions.filter((one) => one.answered_at);
  return [...open, ...answered.sort((a, b) => Date.parse(b.answered_at ?? "") - Date.parse(a.answered_at ?? ""))];
}

/** Every place where a line's words stand: the line, the answers that quote it. */
const withLine = (state: RoomState, id: string, change: Partial<Message>, quote: Partial<Message["reply_to"]>): Change => ({
  messages: state.messages.map((line) =>
    line.id === id ? { ...line, ...change } : line.reply_to?.id === id ? { ...line, reply_to: { ...line.reply_to, ...quote } } : line,
  ),
});

/** A new line at the end; the one that waited under its key waits no more. */
function withMessage(state: RoomState, data: MessageEchoed & { badge?: string }): Change {
  if (state.messages.some((line) => line.id === data.message_id)) return {};
  const { message_id: id, author_key, author, badge = "", text, reply_to, key } = data;
  const line: Message = { id, author_key, author, badge, text, reply_to, key, edited_at: null, removed: false };
  return { messages: [...state.messages, line].slice(-LONGEST_CHAT), ...shown(state, author_key, key) };
}

const shown = (state: RoomState, author: string, key: string): Change =>
  author === state.me.key ? withWaiting(state, state.me.waiting.filter((one) => one.key !== key)) : {};

const withWaiting = (state: RoomState, waiting: Waiting[]): Change => ({ me: { ...state.me, waiting } });

const counted = (state: RoomState, id: string, counts: number[], status: "open" | "closed"): Change =>
  state.poll?.id === id
    ? {
        poll: {
          ...state.poll,
          status,
          votes: counts.reduce((sum, count) => sum + count, 0),
          answers: state.poll.answers.map((answer, place) => ({ ...answer, votes: counts[place] ?? 0 })),
        },
      }
    : {};

const reducers: Reducers = {
  "show.scheduled": (state, data) => withShow(state, "scheduled", { starts_at: data.starts_at, title: data.title }),
  "show.rescheduled": (state, data) =>
    withShow(state, (data.status as ShowStatus | null) ?? state.show.status, { starts_at: data.starts_at }),
  "show.updated": (state, data) => ({ show: { ...state.show, title: data.title, slug: data.slug } }),
  "show.lobby_opened": (state) => withShow(state, "lobby"),
  "show.started": (state, data) => withShow(state, "live", { started_at: data.started_at }),
  "show.ended": (state, data) => ({
    ...withShow(state, "ended", { ended_at: data.ended_at }),
    ...withPicture(state, { state: state.picture.state === "none" ? "none" : "over", live: null }),
    pin: null,
  }),
  "show.cancelled": (state) => withShow(state, "cancelled"),
  "playlist.ready": (state, data) => withPicture(state, { state: "live", live: data.url }),
  "broadcast.lost": (state, data) => (data.on_air ? withPicture(state, { state: "lost" }) : {}),
  "broadcast.resumed": (state, data) => (data.on_air ? withPicture(state, { state: "live" }) : {}),
  "replay.published": (state, data) => ({
    ...withShow(state, "replay"),
    ...withPicture(state, { state: "over", replay: data.url }),
  }),
  "audience.counted": (_state, data) => ({ viewers: data.viewers }),
  "reaction.counted": (_state, data) => ({ reactions: data.total }),
  "lineup.changed": (state, data) => withRows(data.items, state.pin),
  "product.pinned": (state, data) => {
    const isIn = state.lineup.some((row) => row.position === data.product.position);
    const rows = state.lineup.map((row) => (row.position === data.product.position ? data.product : row));
    return withRows(isIn ? rows : [...rows, data.product], data);
  },
  "product.unpinned": () => ({ pin: null }),
  "stock.changed": (state, data) => ({
    ...withVariant(state, data.variant_id, { available: data.available, ...(data.total === null ? {} : { total: data.total }) }),
    ...(data.drop_id === null
      ? {}
      : { drops: state.drops.map((drop) => (drop.drop_id === data.drop_id ? { ...drop, units_left: data.drop_units_left ?? drop.units_left } : drop)) }),
  }),
  "price.changed": (state, data) => {
    const money = (minor: number | null): RowFacts["price"] =>
      minor === null ? null : { minor, currency: data.currency };
    return withPrices(state, data, () => ({
      price: money(data.price_minor),
      was: money(data.was_minor),
      low_30d: money(data.low_30d_minor),
    }));
  },
  "special_price.opened": (state, data) => {
    const { price_id, kind, currency, ends_at } = data;
    const low = data.low_30d_minor === null ? null : { minor: data.low_30d_minor, currency };
    const special: RowSpecial = { price_id, kind, price: { minor: data.price_minor, currency }, low_30d: low, ends_at };
    const byId = (a: RowSpecial, b: RowSpecial): number => (a.price_id < b.price_id ? -1 : 1);
    return withPrices(state, data, (row) => ({ specials: [...without(row, price_id), special].sort(byId) }));
  },
  "special_price.closed": (state, data) => withPrices(state, data, (row) => ({ specials: without(row, data.price_id) })),
  "drop.announced": withDrop("announced"),
  "drop.opened": withDrop("open"),
  "drop.sold_out": withDrop("sold_out"),
  "drop.list_closed": withDrop("open"),
  "drop.drawn": withDrop("open"),
  "drop.entries_counted": (state, data) => ({
    drops: state.drops.map((drop) => (drop.drop_id === data.drop_id ? { ...drop, entered: data.entered } : drop)),
  }),
  "drop.closed": (state, data) => ({ drops: state.drops.filter((drop) => drop.drop_id !== data.drop_id) }),
  "room.opened": (_state, data) => ({ settings: data }),
  "room.mode_changed": (_state, data) => ({ settings: data }),
  "message.posted": withMessage,
  "message.echoed": withMessage,
  "message.waiting": (state, { held_id: id, text, key }) =>
    state.me.waiting.some((one) => one.id === id) ? {} : withWaiting(state, [...state.me.waiting, { id, text, key }]),
  "message.returned": (state, { held_id: id }) => withWaiting(state, state.me.waiting.filter((one) => one.id !== id)),
  "message.removed": (state, { message_id: id }) => {
    const gone = { author: "", text: "" };
    return withLine(state, id, { ...gone, removed: true, badge: "", reply_to: null, edited_at: null }, gone);
  },
  "message.edited": (state, { message_id: id, text, edited_at }) => ({
    ...withLine(state, id, { text, edited_at }, { text: text.slice(0, QUOTED) }),
    pinned_message: state.pinned_message?.id === id ? { ...state.pinned_message, text } : state.pinned_message,
  }),
  "message.pinned": (_state, data) => {
    const { message_id: id, author, badge, text } = data;
    return { pinned_message: { id, author, badge, text } };
  },
  "message.unpinned": (state, data) => (state.pinned_message?.id === data.message_id ? { pinned_message: null } : {}),
  "poll.opened": (_state, data) => ({
    poll: {
      id: data.poll_id,
      question: data.question,
      answers: data.answers.map((text) => ({ text, votes: 0 })),
      votes: 0,
      status: "open",
      closes_at: data.closes_at,
    },
  }),
  "poll.counted": (state, data) => counted(state, data.poll_id, data.counts, state.poll?.status ?? "open"),
  "poll.closed": (state, data) => counted(state, data.poll_id, data.counts, "closed"),
  "question.asked": (state, data) => {
    if (state.questions.some((one) => one.id === data.question_id)) return {};
    const { question_id: id, author_key, author, text, votes, key } = data;
    const questions = inOrder([...state.questions, { id, author, text, votes, answered_at: null }]);
    return { questions, ...shown(state, author_key, key) };
  },
  "question.ranked": (state, data) => {
    const votes = new Map(data.questions.map((one) => [one.question_id, one.votes]));
    return { questions: inOrder(state.questions.map((one) => ({ ...one, votes: votes.get(one.id) ?? one.votes }))) };
  },
  "question.answered": (state, data) => withQuestion(state, data.question_id, { answered_at: data.answered_at }),
  "question.dismissed": (state, data) => ({ questions: state.questions.filter((one) => one.id !== data.question_id) }),
};

/** A snapshot's state with the lines that stand in this page's chat alone, each at its time. A server from
 * before there were such lines tells of none. */
export function withEchoes(state: RoomState): RoomState {
  const me = { ...state.me, waiting: state.me.waiting ?? [], echoes: state.me.echoes ?? [] };
  const messages = me.echoes.length ? [...state.messages, ...me.echoes].sort((a, b) => (a.id < b.id ? -1 : 1)) : state.messages;
  return { ...state, me, messages: messages.slice(-LONGEST_CHAT) };
}

/** The state after an event. An event that means nothing to a page changes nothing. */
export function reduce(state: RoomState, event: Envelope): RoomState {
  const reducer = reducers[event.type as EventType] as
    | ((state: RoomState, data: unknown) => Change)
    | undefined;
  return reducer ? { ...state, ...reducer(state, event.data) } : state;
}
