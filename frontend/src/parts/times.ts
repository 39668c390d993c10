// Times of day on the reader's own clock; the server wrote them on the show's.
import type { Room } from "../elements/room";

export function wireTimes(room: Room): void {
  for (const time of room.querySelectorAll<HTMLTimeElement>("time[data-vt-local]")) {
    const format = new Intl.DateTimeFormat(document.documentElement.lang || "en", {
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
