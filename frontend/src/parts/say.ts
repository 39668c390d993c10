// Writing to the room: a name with the first message, the own line at once, refusals where the line is.
// Not here: the log (elements/chat.ts).
import type { Chat } from "../elements/chat";
import type { Room } from "../elements/room";
import type { Sheet } from "../elements/sheet";
import { h, icon } from "../room/dom";
import { lineKey } from "../room/frames";
import { Problem } from "../room/api";
import { hasName, stayGuest, takeName } from "../room/join";
import { Refused } from "../room/socket";
import { say } from "../room/words";
import { toast } from "./toast";

/** Ids of lines that the team reads before they are shown. */
export const HELD = "hmg_";

interface Answered {
  id: string;
  author: string;
  text: string;
  own: boolean;
}

const REASONS = ["spam", "insult", "private", "other"] as const;

function nameForm(guest: string): { form: HTMLFormElement; input: HTMLInputElement; error: HTMLElement } {
  const input = h("input", { id: "vt-name", name: "name", autocomplete: "nickname", minlength: 2, maxlength: 24, required: true, "aria-describedby": "vt-name-error" });
  const error = h("p", { class: "vt-field-error", id: "vt-name-error", role: "alert", hidden: true });
  const form = h(
    "form",
    { class: "vt-name-form" },
    h("div", { class: "vt-field" }, h("label", { for: "vt-name" }, say("your-name")), input, error),
    h("button", { class: "vt-button vt-button-wide", type: "submit" }, say("name-take")),
    h("button", { class: "vt-button vt-button-plain vt-button-wide", type: "button", "data-vt-guest": true }, say("name-guest", { name: guest })),
  );
  return { form, input, error };
}

/** Ask for a name in the page's sheet. Resolves when there is one, or the guest's is kept; false when closed. */
function askName(room: Room): Promise<boolean> {
  const sheet = room.querySelector<Sheet>("vt-sheet");
  if (!sheet || hasName() || room.store.state?.me.staff) return Promise.resolve(true);
  const { form, input, error } = nameForm(room.store.state?.me.name ?? "");
  return new Promise((resolve) => {
    let answer = false;
    const done = (): void => {
      answer = true;
      sheet.close();
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const name = input.value.trim();
      const named = room.socket?.ask({ t: "name", name }).then(() => takeName(name)) ?? Promise.reject(new Refused("", ""));
      named.then(
        () => {
          room.store.change(({ me }) => ({ me: { ...me, name } }));
          done();
        },
        (problem: unknown) => {
          const known = problem instanceof Refused || problem instanceof Problem;
          error.textContent = known && problem.message ? problem.message : say("no-answer");
          error.hidden = false;
          input.setAttribute("aria-invalid", "true");
          input.focus();
        },
      );
    });
    form.querySelector("[data-vt-guest]")?.addEventListener("click", () => {
      stayGuest();
      done();
    });
    sheet.addEventListener("vt-sheet-closed", () => resolve(answer), { once: true });
    sheet.show({ title: say("name-title"), body: form });
    input.focus();
  });
}

export function wireSay(room: Room): void {
  const form = room.querySelector<HTMLFormElement>("form[data-vt-say]");
  const input = form?.querySelector<HTMLInputElement>("input[name=text]");
  const chat = room.querySelector<Chat>("vt-chat");
  if (!form || !input || !chat) return;
  let answered: Answered | null = null;
  // People talk from the moment the lobby opens.
  const lobby = form.closest<HTMLElement>("[data-vt-lobby-talk]");
  if (lobby) room.store.listen(({ show }) => (lobby.hidden = show.status !== "lobby"));

  const drawAnswered = (): void => {
    form.querySelector(".vt-say-to")?.remove();
    if (!answered) return;
    const line = answered;
    const flag = h("button", { class: "vt-tool", type: "button", "aria-label": say("report") }, icon("flag", "s"));
    flag.addEventListener("click", () => askReason(line));
    const drop = h("button", { class: "vt-tool", type: "button", "aria-label": say("reply-drop") }, icon("close", "s"));
    drop.addEventListener("click", () => {
      answered = null;
      drawAnswered();
      input.focus();
    });
    form.prepend(h("p", { class: "vt-say-to" }, icon("reply", "s"), h("span", {}, h("bdi", {}, `${line.author}: ${line.text}`)), line.own ? null : flag, drop));
  };

  /** One tap more: the team is told with it what to look for. */
  const askReason = (line: Answered): void => {
    const reasons = REASONS.map((reason) => h("button", { class: "vt-button vt-button-s vt-button-line", type: "button", "data-reason": reason }, say(`report-${reason}`)));
    const group = h("div", { class: "vt-say-to vt-say-report", role: "group", "aria-label": say("report-why") }, ...reasons);
    group.addEventListener("click", (event) => {
      const reason = (event.target as Element).closest<HTMLElement>("[data-reason]")?.dataset["reason"];
      if (reason) void report(line, reason);
    });
    form.querySelector(".vt-say-to")?.replaceWith(group);
    reasons[0]?.focus({ preventScroll: true });
  };

  const report = async (line: Answered, reason: string): Promise<void> => {
    answered = null;
    drawAnswered();
    input.focus({ preventScroll: true });
    const asked = room.socket?.ask({ t: "report", message: line.id, reason }) ?? Promise.reject(new Refused("", ""));
    await asked.then(
      () => toast(room, say("reported")),
      (error: Refused) => toast(room, error.message || say("no-answer"), { bad: true }),
    );
  };

  const send = async (text: string): Promise<void> => {
    if (!(await askName(room)) || !room.socket) {
      input.value ||= text;
      return;
    }
    const key = lineKey();
    const reply_to = answered?.id ?? null;
    answered = null;
    drawAnswered();
    chat.addPending(key, room.store.state?.me.name ?? "", text);
    input.focus({ preventScroll: true });
    await room.socket.ask({ t: "say", text, reply_to }, key).then(
      (id) => (id.startsWith(HELD) ? chat.wait(key) : chat.settle(key)),
      (error: Refused) => {
        chat.settle(key, error.message || say("not-sent"));
        input.value ||= text;
      },
    );
  };

  form.addEventListener("submit", (event) => {
    const text = input.value.trim();
    event.preventDefault();
    if (!text) return;
    if (!room.store.state) {
      toast(room, say("not-sent"), { bad: true });
      return;
    }
    input.value = "";
    void send(text);
  });
  room.addEventListener("vt-answer", (event) => {
    answered = (event as CustomEvent<Answered>).detail;
    drawAnswered();
    input.focus();
  });
}
