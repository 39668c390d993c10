// The picture's health in the engine's own figures.
// Not here: what to do when it is gone (lost.ts).
import { serverNow } from "../../room/clock";
import { h } from "../../room/dom";
import { figure } from "../../room/words";
import type { Desk } from "./desk";
import { type Health, showTime } from "./shape";

/** The engine's codes for why what comes in cannot go on air. */
const WORDS: Record<string, string> = {
  no_video: "No video in the stream. Add a picture to the scene",
  picture_too_large: "The picture is too large. Send at most 4096 pixels a side",
  picture_too_small: "The picture is too small. Send at least 64 pixels a side",
  engine_fault: "The picture cannot be read. Start the stream again",
};

export function wireHealth(desk: Desk): void {
  let drawn = "";
  let before: Health | null = null;
  desk.listen(() => {
    const { health } = desk;
    if (isFine(health)) before = health;
    const facts = isFine(health) ? measured(health) : health.status === "lost" ? sinceLost(desk, before) : [];
    const [words, tone] = inWords(health);
    const key = JSON.stringify([facts, words]);
    if (key === drawn) return;
    drawn = key;
    for (const name of ["health-state", "health-line"]) {
      const part = desk.find(name);
      part.className = `vt-state ${tone}${name === "health-line" ? " vt-note vt-health-line" : ""}`;
      part.textContent = words;
    }
    desk.find("health-facts").replaceChildren(...facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
    desk.find("health-steps").hidden = health.status !== "lost" || !desk.mayRun;
  });
}

const isFine = (health: Health): boolean => health.status === "active" && !health.reason;

function inWords(health: Health): [string, string] {
  if (isFine(health)) return ["Picture and sound come in", "vt-state-full vt-state-good"];
  if (health.status === "lost") return ["No picture from the encoder", "vt-state-open vt-state-bad"];
  if (health.status === "none" || health.status === "closed") return ["Nothing received", "vt-state-half"];
  return [WORDS[health.reason] ?? "The picture is coming", "vt-state-half"];
}

function measured(health: Health): [string, string][] {
  return [
    ["Bitrate", `${(health.bitrate_kbit / 1000).toFixed(1)} Mb/s`],
    ["Frames", `${Math.round(health.fps)} fps`],
    ["Picture", `${health.width} × ${health.height}`],
  ];
}

function sinceLost(desk: Desk, before: Health | null): [string, string][] {
  const { show, viewers } = desk.store.state ?? {};
  const lostAt = desk.health.lost_at ? Date.parse(desk.health.lost_at) : serverNow();
  return [
    ["Last picture", show?.started_at ? showTime(lostAt - Date.parse(show.started_at)) : "–"],
    ["Viewers", figure(viewers ?? 0)],
    ...(before ? [["Before that", `${(before.bitrate_kbit / 1000).toFixed(1)} Mb/s`] as [string, string]] : []),
  ];
}
