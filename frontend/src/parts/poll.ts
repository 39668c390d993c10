// The poll: vote, change the vote, see the result; a closed one stays a while for those who saw it open.
// Not here: opening polls (the studio).
import type { Room } from "../elements/room";
import { h, swap } from "../room/dom";
import type { Poll, RoomState } from "../room/state";
import { Refused } from "../room/socket";
import { speak } from "../room/speak";
import { say } from "../room/words";
import { clock } from "./drop";
import { toast } from "./toast";

const STAYS = 30_000;

function answer(poll: Poll, place: number, mine: number | undefined): HTMLElement {
  const { text, votes } = poll.answers[place] ?? { text: "", votes: 0 };
  const percent = poll.votes ? Math.round((votes * 100) / poll.votes) : 0;
  const isOver = poll.status === "closed";
  const told = isOver || mine !== undefined;
  const inner = [
    h("progress", { max: 100, value: told ? percent : 0, "aria-hidden": "true" }),
    h("span", {}, h("bdi", {}, text)),
    told && h("span", {}, `${percent}%`),
  ];
  if (isOver) return h("p", { class: "vt-poll-answer", "data-mine": mine === place }, ...inner);
  const pressed = mine === place ? "true" : "false";
  return h("button", { class: "vt-poll-answer", type: "button", "data-answer": place, "aria-pressed": pressed }, ...inner);
}

export function pollCard(poll: Poll, mine: number | undefined): HTMLElement {
  const votes = say("votes", { votes: poll.votes }, poll.votes);
  return h(
    "vt-poll",
    { class: "vt-poll-card", role: "group", "aria-labelledby": "poll-question", "data-poll": poll.id },
    h(
      "header",
      {},
      h("h2", { class: "vt-heading", id: "poll-question" }, poll.question),
      poll.closes_at && poll.status === "open" && h("span", { class: "vt-soft" }, clock(poll.closes_at, { class: "vt-countdown" })),
    ),
    h("div", { class: "vt-poll" }, ...poll.answers.map((_, place) => answer(poll, place, mine))),
    h("p", { class: "vt-meta vt-soft vt-num", "data-part": "votes" }, poll.status === "open" ? `${votes} ${say("vote-changeable")}` : votes),
  );
}

function tell(poll: Poll): void {
  const best = [...poll.answers].sort((a, b) => b.votes - a.votes)[0];
  if (!best || !poll.votes) return;
  speak(say("said-poll-result", { text: best.text, percent: Math.round((best.votes * 100) / poll.votes) }));
}

export function wirePoll(room: Room): void {
  const panel = room.querySelector<HTMLElement>('[data-panel="chat"]');
  if (!panel || room.dataset["status"] !== "live") return;
  let timer = 0;

  const draw = (state: RoomState, sawItOpen: boolean): void => {
    const { poll } = state;
    const shown = panel.querySelector<HTMLElement>("vt-poll");
    if (!poll || (poll.status === "closed" && !sawItOpen)) {
      shown?.remove();
      return;
    }
    const card = pollCard(poll, state.me.votes[poll.id]);
    if (!shown) panel.append(card);
    else if (shown.dataset["poll"] === poll.id) redraw(shown, card);
    else shown.replaceWith(card);
  };
  // Answer by answer, so that the focus and the bars stay.
  const redraw = (shown: HTMLElement, card: HTMLElement): void => {
    [...card.children].forEach((part, place) => {
      const old = shown.children[place];
      if (old?.classList.contains("vt-poll") && part.firstElementChild?.tagName === old.firstElementChild?.tagName) {
        [...part.children].forEach((one, at) => old.children[at] && swap(old.children[at], one));
      } else if (old) swap(old, part);
    });
  };

  room.store.listen((state, events, before) => {
    const closed = events.some((event) => event.type === "poll.closed");
    if (before && before.poll === state.poll && before.me === state.me) return;
    const sawItOpen = before?.poll?.id === state.poll?.id && Boolean(panel.querySelector("vt-poll"));
    draw(state, sawItOpen);
    for (const event of events) if (event.type === "poll.opened" && state.poll) speak(say("said-poll", { question: state.poll.question }));
    if (!closed || !state.poll) return;
    tell(state.poll);
    clearTimeout(timer);
    timer = window.setTimeout(() => panel.querySelector(`vt-poll[data-poll="${state.poll?.id}"]`)?.remove(), STAYS);
  });

  panel.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("button[data-answer]");
    const poll = button?.closest<HTMLElement>("vt-poll")?.dataset["poll"];
    if (!button || !poll || !room.socket) return;
    const choice = Number(button.dataset["answer"]);
    const mine = room.store.state?.me.votes[poll];
    const put = (value: number | undefined): void =>
      room.store.change(({ me }) => {
        const { [poll]: _old, ...votes } = me.votes;
        return { me: { ...me, votes: value === undefined ? votes : { ...votes, [poll]: value } } };
      });
    put(choice);
    room.socket.ask({ t: "vote", poll, choice }).catch((error: unknown) => {
      put(mine);
      toast(room, error instanceof Refused && error.message ? error.message : say("no-answer"));
    });
  });
}
