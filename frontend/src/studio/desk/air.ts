// What viewers see and how long it has been.
// Not here: the picture's health (health.ts), what to do when it is gone (lost.ts), ending (end.ts), the next act (next.ts).
import { LivePlayer } from "../../elements/live-player";
import { serverNow } from "../../room/clock";
import { h, icon } from "../../room/dom";
import { dropRow, frontDrop } from "../../room/drops";
import { figure, money } from "../../room/words";
import type { Desk } from "./desk";
import { askEnd } from "./end";
import { isOver, showTime } from "./shape";

export function wireAir(desk: Desk): void {
  const stage = desk.find("stage");
  let player: LivePlayer | null = null;
  let playing: string | null = null;
  desk.listen(() => {
    drawPin(desk);
    // The address is signed anew with every look; the picture is another one only with another broadcast.
    const { preview_url: url, broadcast } = desk.health;
    const wanted = url ? broadcast : null;
    if (wanted !== playing) {
      playing = wanted;
      player?.remove();
      player = null;
      if (url) {
        player = document.createElement("vt-live-player") as LivePlayer;
        player.dataset["liveSrc"] = url;
        player.dataset["label"] = "The picture";
        stage.prepend(player);
      }
    }
    drawSlate(desk);
    drawActs(desk);
    drawClock(desk, player);
  });
  const tick = (): void => {
    drawClock(desk, player);
    setTimeout(tick, 1000 - (serverNow() % 1000));
  };
  tick();
  desk.addEventListener("click", (event) => {
    const name = (event.target as Element).closest<HTMLElement>("[data-air]")?.dataset["air"];
    if (name === "end") askEnd(desk);
    if (name === "go-live") void desk.act("POST", desk.url("go_live"));
  });
}

function drawSlate(desk: Desk): void {
  const { status, preview_url: url } = desk.health;
  const show = desk.store.state?.show.status ?? "";
  desk.find("slate").hidden = Boolean(url) && status === "active" && !isOver(show);
  desk.find("slate-words").textContent =
    status === "lost" ? "We will be right back" : isOver(show) ? "Off air." : url ? "The picture is coming." : "No picture yet.";
  desk.find("slate-note").hidden = status === "lost" || isOver(show);
}

function drawClock(desk: Desk, player: LivePlayer | null): void {
  const show = desk.store.state?.show;
  if (!show) return;
  const clock = desk.find("clock");
  const isLost = show.status === "live" && desk.health.status === "lost";
  const set = (label: string, words: string, note: string): void => {
    desk.find("clock-label").textContent = label;
    clock.textContent = words;
    desk.find("clock-note").textContent = note;
    clock.classList.toggle("vt-bad", isLost);
  };
  drawPlate(desk, player);
  const at = (iso: string | null): number => (iso ? Date.parse(iso) : NaN);
  if (isLost) {
    set("Time to reconnect", showTime(Math.max(0, at(desk.health.window_ends_at) - serverNow())), "then the show ends and its replay is kept");
  } else if (show.status === "live") {
    const minutes = Number(desk.dataset["minutes"] ?? 0);
    const left = at(show.started_at) + minutes * 60_000 - serverNow();
    set("On air", showTime(serverNow() - at(show.started_at)), left >= 0 ? `${showTime(left)} left of ${figure(minutes)} minutes` : `${showTime(-left)} over the planned ${figure(minutes)} minutes`);
  } else if (isOver(show.status)) {
    const was = show.started_at && show.ended_at ? showTime(at(show.ended_at) - at(show.started_at)) : "–";
    set(show.status === "cancelled" ? "Cancelled" : "Was on air for", was, "");
  } else {
    const left = at(show.starts_at) - serverNow();
    set(left < 0 ? "Late by" : "Starts in", Number.isNaN(left) ? "–" : showTime(Math.abs(left)), "");
  }
}

/** What the audience's own pages report; before they do, what this page's picture says. */
function late(desk: Desk, player: LivePlayer | null): string {
  const { delay } = desk.store;
  if (delay?.reports) {
    const slow = delay.p95 - delay.median >= 1 ? `, some ${delay.p95.toFixed(1)} s` : "";
    return `, about ${delay.median.toFixed(1)} s later${slow}`;
  }
  const behind = player?.behind ?? null;
  return behind === null ? "" : `, ${behind.toFixed(1)} s later`;
}

/** On the picture: whether viewers see it too, and how late. */
function drawPlate(desk: Desk, player: LivePlayer | null): void {
  const show = desk.store.state?.show.status;
  const isLive = show === "live";
  desk.find("stage-live").hidden = !isLive || desk.health.status === "lost";
  const words = isOver(show ?? "") || !desk.health.preview_url ? "" : !isLive ? "only you see it" : desk.health.status === "lost" ? "slate, as viewers see it" : `as viewers see it${late(desk, player)}`;
  const plate = desk.find("stage-plate");
  plate.hidden = !words;
  if (plate.textContent !== words) plate.textContent = words;
}

function drawActs(desk: Desk): void {
  const status = desk.store.state?.show.status;
  const acts = desk.find("air-acts");
  const wanted = !desk.mayRun ? "" : status === "live" && desk.health.status !== "lost" ? "end" : status === "scheduled" && desk.health.status === "active" ? "go-live" : "";
  if (acts.dataset["shows"] === wanted) return;
  acts.dataset["shows"] = wanted;
  acts.replaceChildren(
    ...(wanted === "end" ? [h("button", { class: "vt-button vt-button-bad", type: "button", "data-air": "end" }, icon("stop"), "End show")] : []),
    ...(wanted === "go-live" ? [h("button", { class: "vt-button", type: "button", "data-air": "go-live" }, icon("camera"), "Go live now")] : []),
  );
}

/** What viewers may buy with one tap: the open drop before the pin. */
function drawPin(desk: Desk): void {
  const place = desk.find("stage-pin");
  const { state } = desk.store;
  const pin = state?.pin ?? null;
  const front = state && frontDrop(state);
  const drop = front?.status === "open" ? front : null;
  const shown = state && drop
    ? { image: dropRow(state, drop)?.image_url ?? "", name: drop.title, note: `Drop, ${figure(drop.units_left)} of ${figure(drop.units)} left`, price: money({ minor: drop.price_minor, currency: drop.currency }) }
    : pin && {
        image: pin.image_small_url,
        name: pin.name,
        note: pin.available === null ? "" : pin.available > 0 ? `${figure(pin.available)} left` : "Sold out",
        price: pin.price ? money(pin.price) : "",
      };
  const key = JSON.stringify(shown);
  if (place.dataset["shows"] === key) return;
  place.dataset["shows"] = key;
  place.hidden = !shown;
  if (!shown) return;
  place.replaceChildren(
    shown.image ? h("img", { src: shown.image, alt: "" }) : h("span"),
    h("div", {}, h("b", { class: "vt-ellipsis" }, shown.name), h("span", { class: "vt-note" }, shown.note)),
    h("span", { class: "vt-stage-buy" }, "Buy", h("b", {}, shown.price)),
  );
}
