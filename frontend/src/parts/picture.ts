// A product's picture, or its initial on the brand's tint; the same markup as templates/components/picture.html.
import { h } from "../room/dom";

/** Decoration beside the name, so both are silent. */
export function picture(url: string, name: string, attributes: Record<string, string | number> = {}): HTMLElement {
  if (url) return h("img", { src: url, alt: "", ...attributes });
  return h("span", { class: "vt-blank", "data-initial": [...name.trim()][0]?.toUpperCase() ?? "", "aria-hidden": "true" });
}
