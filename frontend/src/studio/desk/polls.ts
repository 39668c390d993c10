// Polls: the one that is open with its counts, and asking the next.
// Not here: voting; that is the viewers' page.
import { h } from "../../room/dom";
import type { Poll } from "../../room/state";
import { figure } from "../../room/words";
import type { Desk } from "./desk";

export function wirePolls(desk: Desk): void {
  const place = desk.find("poll");
  const form = desk.find<HTMLFormElement>("poll-form");
  let drawn: Poll | null | undefined;
  desk.listen(() => {
    const poll = desk.store.state?.poll ?? null;
    if (poll === drawn) return;
    drawn = poll;
    const isOpen = poll?.status === "open";
    form.hidden = isOpen;
    place.replaceChildren(...(poll ? [content(poll)] : []));
    for (const bar of place.querySelectorAll<HTMLElement>("i[data-share]")) bar.style.setProperty("--_share", bar.dataset["share"] ?? "0");
  });
  place.addEventListener("click", (event) => {
    const id = (event.target as Element).closest<HTMLElement>("[data-poll]")?.dataset["poll"];
    if (id) void desk.act("POST", desk.url(`polls/${id}/close/`));
  });
  let key = crypto.randomUUID();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const data = new FormData(form);
    const answers = data.getAll("answer").map((one) => String(one).trim()).filter(Boolean);
    const body = { question: String(data.get("question")).trim(), answers, seconds: Number(data.get("seconds")) };
    void desk.act("POST", desk.url("polls/"), body, key).then((poll) => {
      key = crypto.randomUUID();
      if (poll) form.reset();
    });
  });
}

function content(poll: Poll): HTMLElement {
  return h(
    "section",
    { class: "vt-poll-open", "aria-label": poll.status === "open" ? "Open poll" : "Last poll" },
    h("b", {}, poll.question),
    ...poll.answers.map(({ text, votes }) =>
      h(
        "div",
        { class: "vt-poll-choice" },
        h("span", {}, text),
        h("span", { class: "vt-num" }, figure(votes)),
        h("i", { "data-share": poll.votes ? Math.round((100 * votes) / poll.votes) : 0, "aria-hidden": "true" }),
      ),
    ),
    h(
      "div",
      { class: "vt-row" },
      h("span", { class: "vt-note" }, `${figure(poll.votes)} ${poll.votes === 1 ? "vote" : "votes"}${poll.status === "open" ? "" : ", closed"}`),
      poll.status === "open" ? h("button", { class: "vt-button vt-button-s vt-push", type: "button", "data-poll": poll.id }, "Close the poll") : null,
    ),
  );
}
