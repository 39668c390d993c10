// Words that scripts say, sent with the page in its language (config/templatetags/words.py).
// Not here: words that the server writes into the page.

type Forms = string | Partial<Record<Intl.LDMLPluralRule, string>>;

let known: Record<string, Forms> | null = null;

function load(): Record<string, Forms> {
  const text = document.getElementById("vt-words")?.textContent;
  return text ? (JSON.parse(text) as Record<string, Forms>) : {};
}

/** A sentence with its places filled; `count` chooses between singular and plural. */
export function say(key: string, places: Record<string, string | number> = {}, count?: number): string {
  known ??= load();
  const forms = known[key] ?? "";
  const language = document.documentElement.lang || "en";
  const form =
    typeof forms === "string" ? forms : (forms[new Intl.PluralRules(language).select(count ?? 0)] ?? forms.other ?? "");
  return form.replace(/\{(\w+)\}/g, (_, name: string) => String(places[name] ?? ""));
}

/** €38, €38.50: whole amounts without decimals, as the server writes them. */
export function money({ minor, currency }: { minor: number; currency: string }): string {
  const format = new Intl.NumberFormat(document.documentElement.lang || "en", {
    style: "currency",
    currency,
    trailingZeroDisplay: "stripIfInteger",
  } as Intl.NumberFormatOptions);
  return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

export const figure = (value: number): string => new Intl.NumberFormat(document.documentElement.lang || "en").format(value);

/** 19:30, on the reader's own clock. */
export const timeOfDay = (iso: string): string =>
  new Intl.DateTimeFormat(document.documentElement.lang || "en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(iso));
