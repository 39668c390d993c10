// The brand's colours: a page that is open follows them when another theme is published.
// Not here: trying a theme out (studio/theme.ts).
import type { Room } from "../elements/room";
import type { EventData } from "../room/events";

export function wireTheme(room: Room): void {
  room.store.listen((_state, events) => {
    for (const event of events) if (event.type === "theme.published") wear((event.data as EventData["theme.published"]).css_url);
  });
}

/** The old sheet goes when the new one is there, so that nothing flashes unstyled. */
function wear(url: string): void {
  const worn = document.querySelector<HTMLLinkElement>('link[rel="stylesheet"][href*="/theme/"]');
  if (!worn || worn.getAttribute("href") === url) return;
  const next = worn.cloneNode() as HTMLLinkElement;
  next.href = url;
  next.addEventListener("load", () => worn.remove());
  next.addEventListener("error", () => next.remove());
  worn.after(next);
}
