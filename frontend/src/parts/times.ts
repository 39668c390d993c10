// Times of day on the reader's own clock; the server wrote them on the show's.
import type { Room } from "../elements/room";

/** The page's language as this reader's own country writes it: 22 November in one, November 22 in another. */
function readersLocale(): string {
  const language = document.documentElement.lang || "en";
  return navigator.languages.find((one) => one === language || one.startsWith(`${language}-`)) ?? language;
}

export function wireTimes(room: Room): void {
  for (const time of room.querySelectorAll<HTMLTimeElement>("time[data-vt-local]")) {
    const format = new Intl.DateTimeFormat(readersLocale(), {
      day: "numeric",
      month: "long",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      timeZoneName: "short",
    });
    time.textContent = format.format(new Date(time.dateTime));
  }
}
