// Questions by votes: answered, or put aside.
// Not here: asking; that is the viewers' page.
import { h } from "../../room/dom";
import type { Question } from "../../room/state";
import { figure } from "../../room/words";
import type { Desk } from "./desk";

export function wireAsks(desk: Desk): void {
  const list = desk.find("asks");
  let drawn: Question[] | null = null;
  desk.listen(() => {
    const questions = desk.store.state?.questions ?? [];
    if (questions === drawn) return;
    drawn = questions;
    list.replaceChildren(...questions.map(item));
    if (!questions.length) list.append(h("li", {}, h("span"), h("span", { class: "vt-note" }, "No questions yet. Viewers ask from the talk on their page.")));
  });
  list.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-ask]");
    const id = button?.closest("li")?.dataset["id"];
    if (button && id) void desk.act("POST", desk.url(`questions/${id}/${button.dataset["ask"]}/`));
  });
}

/** Answer the question that most want answered. */
export function answerFirst(desk: Desk): void {
  const first = desk.store.state?.questions.find((one) => !one.answered_at);
  if (first) void desk.act("POST", desk.url(`questions/${first.id}/answer/`));
}

function item({ id, author, text, votes, answered_at: answered }: Question): HTMLElement {
  const act = (name: string, words: string, key = ""): HTMLElement =>
    h("button", { type: "button", "data-ask": name }, key && h("kbd", { "aria-hidden": "true" }, key), words, h("span", { class: "vt-hidden" }, ` ${text}`));
  return h(
    "li",
    { "data-id": id },
    h("span", { class: "vt-votes" }, figure(votes), h("small", {}, votes === 1 ? "vote" : "votes")),
    h(
      "div",
      {},
      h("b", {}, h("bdi", {}, author)),
      " ",
      h("bdi", {}, text),
      answered
        ? h("span", { class: "vt-note" }, " answered")
        : h("div", { class: "vt-talk-acts" }, act("answer", "Answered", "A"), act("dismiss", "Put aside")),
    ),
  );
}
