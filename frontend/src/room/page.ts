// The same address read again, when the show has become another page: lobby, live, ended.
// Not here: when that is (parts/stage.ts).

/** Put the newest room in place of this one. The script stays; elements wake in the new markup. */
export async function swapPage(room: HTMLElement): Promise<void> {
  const response = await fetch(location.pathname + location.search, { headers: { Accept: "text/html" } });
  if (!response.ok) throw new Error(`the page answers ${response.status}`);
  const next = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = next.querySelector("vt-room");
  if (!fresh) throw new Error("the page has no room");
  // A parser without script reads what is in here as elements: a second picture would load unseen.
  for (const unscripted of fresh.querySelectorAll("noscript")) unscripted.remove();
  for (const id of ["vt-room-data", "vt-words"]) {
    const data = next.getElementById(id);
    const old = document.getElementById(id);
    if (data && old) old.textContent = data.textContent;
  }
  document.title = next.title;
  document.body.className = next.body.className;
  for (const name of Object.keys(document.body.dataset)) delete document.body.dataset[name];
  Object.assign(document.body.dataset, next.body.dataset);
  const before = room.querySelector<HTMLInputElement>("#say");
  const isWriting = before !== null && before === document.activeElement;
  room.replaceWith(document.adoptNode(fresh));
  window.scrollTo({ top: 0 });
  // What somebody is about to say goes with them.
  const field = document.querySelector<HTMLInputElement>("#say");
  if (!field || !before) return;
  field.value = before.value;
  if (isWriting) field.focus({ preventScroll: true });
}
