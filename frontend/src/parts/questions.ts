// Questions to the host: the most wanted first, one vote each, and a field to ask.
// Not here: answering them (the studio).
import type { Room } from "../elements/room";
import { h, icon, swap } from "../room/dom";
import { Refused } from "../room/socket";
import type { Question } from "../room/state";
import { figure, say } from "../room/words";
import { HELD } from "./say";
import { toast } from "./toast";

export function questionRow(question: Question, mine: boolean): HTMLElement {
  const votes = figure(question.votes);
  const text = question.text.length > 60 ? `${question.text.slice(0, 59)}…` : question.text;
  const vote = question.answered_at
    ? h("span", { class: "vt-vote" }, icon("check"), votes)
    : h(
        "button",
        { class: "vt-vote", type: "button", "aria-pressed": mine ? "true" : "false", "aria-label": say("vote-for", { text, votes }) },
        icon("up"),
        votes,
      );
  const by = h("p", { class: "vt-question-by" }, h("bdi", {}, question.author), question.answered_at ? `, ${say("answered")}` : "");
  return h("li", { class: "vt-question", "data-question": question.id }, vote, h("div", {}, h("p", {}, h("bdi", {}, question.text)), by));
}

function drawList(panel: HTMLElement, questions: readonly Question[], upvotes: readonly string[]): void {
  let list = panel.querySelector<HTMLElement>(".vt-questions");
  if (!questions.length) return;
  if (!list) {
    list = h("ul", { class: "vt-questions", tabindex: 0, "aria-label": say("questions") });
    const empty = panel.querySelector(".vt-empty");
    if (empty) empty.replaceWith(list);
    else panel.querySelector("header")?.after(list);
  }
  const rows = questions.map((one) => questionRow(one, upvotes.includes(one.id)));
  rows.forEach((row, place) => {
    const old = list.children[place];
    if (old) swap(old, row);
    else list.append(row);
  });
  while (list.children.length > rows.length) list.lastElementChild?.remove();
}

export function wireQuestions(room: Room): void {
  const panel = room.querySelector<HTMLElement>('[data-panel="questions"]');
  if (!panel) return;
  const failed = (error: unknown): void => toast(room, error instanceof Refused && error.message ? error.message : say("no-answer"));

  room.store.listen((state, _events, before) => {
    if (before && before.questions === state.questions && before.me === state.me) return;
    drawList(panel, state.questions, state.me.upvotes);
    const tab = room.querySelector<HTMLElement>('[role="tab"][data-tab="questions"]');
    if (!tab) return;
    const count = tab.querySelector("span") ?? tab.appendChild(h("span"));
    count.before(" ");
    count.textContent = state.questions.length ? figure(state.questions.length) : "";
    tab.normalize();
  });

  panel.addEventListener("click", (event) => {
    const row = (event.target as Element).closest("button.vt-vote")?.closest<HTMLElement>("[data-question]");
    const question = row?.dataset["question"];
    if (!question || !room.socket || room.store.state?.me.upvotes.includes(question)) return;
    const put = (has: boolean): void =>
      room.store.change(({ me }) => ({
        me: { ...me, upvotes: has ? [...me.upvotes, question] : me.upvotes.filter((one) => one !== question) },
      }));
    put(true);
    room.socket.ask({ t: "upvote", question }).catch((error: unknown) => {
      put(false);
      failed(error);
    });
  });

  const form = room.querySelector<HTMLFormElement>("[data-vt-ask]");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    const input = form.querySelector<HTMLInputElement>("input[name=text]");
    const text = input?.value.trim();
    if (!input || !text) return;
    input.value = "";
    room.enter().ask({ t: "ask", text }).then(
      (id) => {
        if (id.startsWith(HELD)) {
          toast(room, say("question-waits"));
          return;
        }
        // Who asks wants the answer: that is the first vote.
        room.store.change(({ me }) => ({ me: { ...me, upvotes: [...me.upvotes, id] } }));
        toast(room, say("asked"));
      },
      (error: unknown) => {
        if (!input.value) input.value = text;
        failed(error);
      },
    );
  });
}
