// What viewers see, how long it has been, how the picture is, and what to do when it is gone.
// Not here: the next act (next.ts).
import { LivePlayer } from "../../elements/live-player";
import { serverNow } from "../../room/clock";
import { h, icon } from "../../room/dom";
import { figure, money } from "../../room/words";
import { askEnd } from "./cues";
import type { Desk } from "./desk";
import { showTime } from "./shape";

export function wireAir(desk: Desk): void {
  const stage = desk.find("stage");
  let player: LivePlayer | null = null;
  let source = "";
  desk.listen(() => {
    drawHealth(desk);
    drawPin(desk);
    drawAlert(desk);
    const { preview_url: url } = desk.health;
    if (url !== source) {
      source = url;
      player?.remove();
      player = null;
      if (url) {
        player = document.createElement("vt-live-player") as LivePlayer;
        player.dataset["liveSrc"] = url;
        player.dataset["label"] = "The picture";
        stage.prepend(player);
      }
    }
    desk.find("slate").hidden = Boolean(url) && desk.health.status === "active" && !over(desk);
    desk.find("slate-words").textContent =
      desk.health.status === "lost" ? "Picture lost. Viewers see a slate." : over(desk) ? "Off air." : url ? "The picture is coming." : "No picture yet.";
    drawActs(desk);
    drawClock(desk, player?.behind ?? null);
  });
  const tick = (): void => {
    drawClock(desk, player?.behind ?? null);
    setTimeout(tick, 1000 - (serverNow() % 1000));
  };
  tick();
  desk.addEventListener("click", (event) => {
    const name = (event.target as Element).closest<HTMLElement>("[data-air]")?.dataset["air"];
    if (name === "end") askEnd(desk);
    if (name === "go-live") void desk.act("POST", desk.url("go_live"));
  });
  const end = desk.find<HTMLDialogElement>("end");
  end.addEventListener("close", () => {
    if (end.returnValue === "end") void desk.act("POST", desk.url("end"));
    end.returnValue = "";
  });
}

const over = (desk: Desk): boolean => ["ended", "replay", "cancelled"].includes(desk.store.state?.show.status ?? "");

function drawClock(desk: Desk, behind: number | null): void {
  const show = desk.store.state?.show;
  const clock = desk.find("clock");
  const label = desk.find("clock-label");
  const note = desk.find("clock-note");
  if (!show) return;
  const at = (iso: string | null): number => (iso ? Date.parse(iso) : NaN);
  if (show.status === "live") {
    label.textContent = "On air";
    clock.textContent = showTime(serverNow() - at(show.started_at));
    note.textContent = behind === null ? "" : `You see it ${behind.toFixed(1)} s later`;
  } else if (over(desk)) {
    label.textContent = show.status === "cancelled" ? "Cancelled" : "Was on air for";
    clock.textContent = show.started_at && show.ended_at ? showTime(at(show.ended_at) - at(show.started_at)) : "–";
    note.textContent = "";
  } else {
    const left = at(show.starts_at) - serverNow();
    label.textContent = left >= 0 ? "Starts in" : "Late by";
    clock.textContent = Number.isNaN(left) ? "–" : showTime(Math.abs(left));
    note.textContent = "";
  }
}

function drawActs(desk: Desk): void {
  const status = desk.store.state?.show.status;
  const acts = desk.find("air-acts");
  const wanted = !desk.mayRun ? "" : status === "live" ? "end" : status === "scheduled" && desk.health.status === "active" ? "go-live" : "";
  if (acts.dataset["shows"] === wanted) return;
  acts.dataset["shows"] = wanted;
  acts.replaceChildren(
    ...(wanted === "end" ? [h("button", { class: "vt-button vt-button-bad", type: "button", "data-air": "end" }, icon("stop"), "End show")] : []),
    ...(wanted === "go-live" ? [h("button", { class: "vt-button", type: "button", "data-air": "go-live" }, icon("camera"), "Go live now")] : []),
  );
}

function drawHealth(desk: Desk): void {
  const { health } = desk;
  const isFine = health.status === "active" && !health.reason;
  const words = isFine
    ? "Picture and sound come in"
    : health.status === "lost"
      ? "The encoder is gone"
      : health.status === "none" || health.status === "closed"
        ? "Nothing received"
        : health.reason || "The picture is coming";
  const tone = isFine ? "vt-state-full vt-state-good" : health.status === "lost" ? "vt-state-bad" : "vt-state-half";
  for (const name of ["health-state", "health-line"]) {
    const part = desk.find(name);
    part.className = `vt-state ${tone}${name === "health-line" ? " vt-note vt-health-line" : ""}`;
    part.textContent = words;
  }
  const facts: [string, string][] = isFine
    ? [
        ["Bitrate", `${(health.bitrate_kbit / 1000).toFixed(1)} Mb/s`],
        ["Frames", `${Math.round(health.fps)} fps`],
        ["Picture", `${health.width} × ${health.height}`],
      ]
    : [];
  desk.find("health-facts").replaceChildren(...facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

function drawPin(desk: Desk): void {
  const place = desk.find("stage-pin");
  const pin = desk.store.state?.pin ?? null;
  const key = pin ? `${pin.variant_id} ${pin.available} ${pin.price?.minor}` : "";
  if (place.dataset["shows"] === key) return;
  place.dataset["shows"] = key;
  place.hidden = !pin;
  place.replaceChildren(
    ...(pin
      ? [
          pin.image_small_url ? h("img", { src: pin.image_small_url, alt: "" }) : h("span"),
          h("div", {}, h("b", { class: "vt-ellipsis" }, pin.name), h("span", { class: "vt-note" }, pin.available === null ? "" : pin.available > 0 ? `${figure(pin.available)} left` : "Sold out")),
          h("span", { class: "vt-stage-buy" }, "Buy", h("b", {}, pin.price ? money(pin.price) : "")),
        ]
      : []),
  );
}

function drawAlert(desk: Desk): void {
  const place = desk.find("alert");
  const isLost = desk.store.state?.show.status === "live" && desk.health.status === "lost";
  const until = desk.health.window_ends_at ? Date.parse(desk.health.window_ends_at) : NaN;
  const left = Number.isNaN(until) ? "" : ` ${Math.max(0, Math.ceil((until - serverNow()) / 1000))} s to come back.`;
  const key = isLost ? "lost" : desk.store.state && !desk.isOnline ? "offline" : "";
  if (place.dataset["shows"] !== key) {
    place.dataset["shows"] = key;
    place.replaceChildren(
      ...(key
        ? [
            h(
              "div",
              { class: "vt-lost", role: "alert" },
              h("h2", {}, icon("offline"), key === "lost" ? "Picture lost, slate on" : "Not connected"),
              h("p", {}, key === "lost" ? "Chat, shop and checkout still work." : "The show goes on without this page. It connects again by itself; no act is sent twice."),
              h("span", { class: "vt-note", "data-left": true }),
            ),
          ]
        : []),
    );
  }
  const note = place.querySelector("[data-left]");
  if (note) note.textContent = key === "lost" ? left : "";
}
