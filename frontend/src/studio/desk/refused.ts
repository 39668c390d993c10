// The words that all rooms of the brand refuse, one a line.
// Not here: how they are found (chat/blocklist.py).
import { call } from "../../room/api";
import type { Desk } from "./desk";

const ADDRESS = "/api/v1/blocklist/";

interface Words {
  words: string[];
}

export function wireRefused(desk: Desk): void {
  const form = desk.find<HTMLFormElement>("words");
  const field = form.elements.namedItem("words") as HTMLTextAreaElement;
  let kept = "";
  const show = ({ words }: Words): void => {
    kept = words.join("\n");
    field.value = kept;
  };
  desk.addEventListener("vt-tab", (event) => {
    // What somebody is writing stays.
    if ((event as CustomEvent<string>).detail === "team" && field.value === kept) void call<Words>(ADDRESS).then(show, () => undefined);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const words = field.value.split("\n").map((word) => word.trim()).filter(Boolean);
    void desk.act<Words>("PUT", ADDRESS, { words }).then((done) => {
      if (!done) return;
      show(done);
      desk.toast(words.length ? "All rooms refuse these words now." : "No word is refused any more.");
    });
  });
}
