// Building elements in a line. Texts become text nodes, so what people write stays text.
// Not here: what is built.

type Attributes = Record<string, string | number | boolean | null | undefined>;
type Child = Node | string | null | undefined | false;

/** An element with attributes (null, undefined and false are left out, true is empty) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes?: Attributes, ...children: Child[]): HTMLElementTagNameMap[K];
export function h(tag: string, attributes?: Attributes, ...children: Child[]): HTMLElement;
export function h(tag: string, attributes: Attributes = {}, ...children: Child[]): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child): child is Node | string => Boolean(child) || child === ""));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** A drawing of the page's sprite: icon("send", "s turns"). */
export function icon(name: string, variants = ""): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", ["vt-icon", ...variants.split(" ").filter(Boolean).map((one) => `vt-icon-${one}`)].join(" "));
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#vt-i-${name}`);
  svg.append(use);
  return svg;
}

/** Put `next` in place of `old`; leave `old`, and the focus in it, when both read the same. */
export function swap(old: Element, next: Element): Element {
  if (old.isEqualNode(next)) return old;
  const holdsFocus = old.contains(document.activeElement);
  const label = holdsFocus ? document.activeElement?.tagName.toLowerCase() : "";
  old.replaceWith(next);
  if (label) next.querySelector<HTMLElement>(label)?.focus();
  return next;
}
