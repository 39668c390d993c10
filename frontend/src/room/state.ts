// What a page knows of its room: values only, so that the same events give the same state everywhere.
// Not here: how events change it (reduce.ts), and the elements that show it.
import type { DropOpened, Quote, RowFacts } from "./events";

export type Row = RowFacts;
/** The row on screen, since this moment. */
export type Pin = Row & { pinned_at: string | null };
export type ShowStatus = "draft" | "scheduled" | "lobby" | "live" | "ended" | "replay" | "cancelled";
export type DropStatus = "announced" | "open" | "sold_out";

export interface Show {
  id: string;
  slug: string;
  title: string;
  status: ShowStatus;
  starts_at: string | null;
  started_at: string | null;
  ended_at: string | null;
}

/** `live` and `replay` are paths of playlists. */
export interface Picture {
  state: "none" | "live" | "lost" | "over";
  live: string | null;
  replay: string | null;
}

/** Exactly what its newest event told, so that a snapshot says the same. Its picture is its row's. */
export interface Drop extends DropOpened {
  status: DropStatus;
}

export interface Message {
  id: string;
  author_key: string;
  author: string;
  badge: string;
  text: string;
  reply_to: Quote | null;
  key: string;
  edited_at: string | null;
  removed: boolean;
}

/** My line, which the team reads before it is shown. */
export interface Waiting {
  id: string;
  text: string;
  key: string;
}

export interface PinnedMessage {
  id: string;
  author: string;
  badge: string;
  text: string;
}

export interface Poll {
  id: string;
  question: string;
  answers: { text: string; votes: number }[];
  votes: number;
  status: "open" | "closed";
  closes_at: string | null;
}

export interface Question {
  id: string;
  author: string;
  text: string;
  votes: number;
  answered_at: string | null;
}

export interface Settings {
  slow_seconds: number;
  guests_allowed: boolean;
  approval: boolean;
}

/** Who this page is to the room. `key` is empty for one who only watches. */
export interface Me {
  key: string;
  name: string;
  staff: boolean;
  votes: Record<string, number>;
  upvotes: string[];
  waiting: Waiting[];
  /** Lines that stand in my chat; whether in that of others is not mine to know. */
  echoes: Message[];
}

export interface RoomState {
  show: Show;
  picture: Picture;
  lineup: Row[];
  pin: Pin | null;
  /** All of this show that were told of and are not closed, by their ids. Which one is shown: drops.ts. */
  drops: Drop[];
  pinned_message: PinnedMessage | null;
  messages: Message[];
  poll: Poll | null;
  questions: Question[];
  settings: Settings;
  viewers: number;
  /** There may be more viewers than these. */
  about?: boolean;
  reactions: number;
  me: Me;
}
