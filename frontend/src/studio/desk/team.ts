// What only the team sees of a room: the queue, lines in the shadow, who is on, the note for who comes next.
// Pure, like room/reduce.ts, and apart from it, so that viewers do not load it. Not here: drawing (queue.ts, crew.ts).
import type { EventData, EventType, Quote } from "../../room/events";
import type { Envelope } from "../../room/reduce";
import type { Message } from "../../room/state";

export interface Claim {
  by: string;
  name: string;
  until: string | null;
}

export interface Held {
  id: string;
  author_key: string;
  author: string;
  text: string;
  reply_to: Quote | null;
  key: string;
  rule: string;
  is_question: boolean;
  at: string;
  claim: Claim | null;
}

/** A line that viewers have reported: how many, and how often for which reason. */
export interface Reported {
  id: string;
  author_key: string;
  author: string;
  text: string;
  reports: number;
  reasons: Record<string, number>;
}

export interface Shift {
  member_id: string;
  name: string;
  since: string;
}

export interface Team {
  held: Held[];
  shadowed: Message[];
  reported: Reported[];
  shifts: Shift[];
  hand_over: { text: string; author: string; written_at: string } | null;
}

export const NO_TEAM: Team = { held: [], shadowed: [], reported: [], shifts: [], hand_over: null };

type Reducers = { [T in EventType]?: (team: Team, data: EventData[T], at: string) => Partial<Team> };

const without = (team: Team, id: string): Partial<Team> => ({ held: team.held.filter((one) => one.id !== id) });

const withShadowed = (team: Team, id: string, change: Partial<Message>): Partial<Team> => ({
  shadowed: team.shadowed.map((line) => (line.id === id ? { ...line, ...change } : line)),
});

const settled = (team: Team, id: string): Partial<Team> => ({ reported: team.reported.filter((one) => one.id !== id) });

const reducers: Reducers = {
  "message.held": (team, { held_id: id, ...facts }, at) =>
    team.held.some((one) => one.id === id) ? {} : { held: [...team.held, { id, ...facts, at, claim: null }] },
  "message.claimed": (team, { held_id: id, by, name, until }) => ({
    held: team.held.map((one) => (one.id === id ? { ...one, claim: by ? { by, name, until } : null } : one)),
  }),
  "message.approved": (team, data) => without(team, data.held_id),
  "message.declined": (team, data) => without(team, data.held_id),
  "message.shadowed": (team, { message_id: id, ...facts }) =>
    team.shadowed.some((one) => one.id === id)
      ? {}
      : { shadowed: [...team.shadowed, { id, ...facts, badge: "", edited_at: null, removed: false }] },
  "message.reported": (team, { message_id: id, ...facts }) => ({
    reported: team.reported.some((one) => one.id === id)
      ? team.reported.map((one) => (one.id === id ? { id, ...facts } : one))
      : [...team.reported, { id, ...facts }],
  }),
  "reports.settled": (team, data) => settled(team, data.message_id),
  "message.removed": (team, data) => ({
    ...withShadowed(team, data.message_id, { removed: true, author: "", text: "", reply_to: null, edited_at: null }),
    ...settled(team, data.message_id),
  }),
  "message.edited": (team, { message_id, text, edited_at }) => ({
    ...withShadowed(team, message_id, { text, edited_at }),
    reported: team.reported.map((one) => (one.id === message_id ? { ...one, text } : one)),
  }),
  "shift.began": (team, data) => ({ shifts: [...team.shifts.filter((one) => one.member_id !== data.member_id), data] }),
  "shift.ended": (team, data) => ({ shifts: team.shifts.filter((one) => one.member_id !== data.member_id) }),
  "hand_over.written": (_team, data) => ({ hand_over: data.text ? data : null }),
};

/** The team's part after an event. */
export function reduceTeam(team: Team, event: Envelope): Team {
  const reducer = reducers[event.type as EventType] as ((team: Team, data: unknown, at: string) => Partial<Team>) | undefined;
  return reducer ? { ...team, ...reducer(team, event.data, event.at) } : team;
}

/** Whether somebody else deals with a line now. */
export const isTaken = (held: Held, mine: string, now: number): boolean =>
  held.claim !== null && held.claim.by !== mine && Date.parse(held.claim.until ?? "") > now;
